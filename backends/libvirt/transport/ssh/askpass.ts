import { constants, openSync } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PromptKind } from './login-prompt.ts';

const run = promisify(execFile);

/**
 * What ssh starts to ask something. Everything is in the directory of the script, which nobody else may enter: "bell" tells us of a question,
 * and a queue of its own takes the answer, so that a secret is never in a file, in an environment or on a command line. Queues are opened
 * for both directions: that waits for nobody, so a script that is ended when we are gone does end. ssh ends the script of a notice itself.
 */
const SCRIPT = `#!/bin/sh
umask 077
here=\${0%/*}
queue=$here/answer-$$
exec 4<>"$here/bell"
trap 'rm -f "$queue" "$queue.prompt"; printf "gone %s\\n" $$ >&4' EXIT
trap 'exit 1' HUP INT TERM
printf '%s' "$1" >"$queue.prompt"
mkfifo "$queue" || exit 1
exec 3<>"$queue"
printf 'ask %s %s\\n' $$ "\${SSH_ASKPASS_PROMPT:-text}" >&4
IFS= read -r line <&3 || exit 1
case $line in
+*) printf '%s\\n' "\${line#+}" ;;
*) exit 1 ;;
esac
`;

export interface AskpassQuestion {
  readonly kind: PromptKind;
  readonly text: string;
  /** Aborted when ssh does not want the answer any more. */
  readonly signal: AbortSignal;
}

export interface Askpass {
  /** For SSH_ASKPASS. */
  readonly script: string;
  close(): void;
}

/** `answer` gives ssh's input line; null declines. Its promise must not reject. */
export async function openAskpass(directory: string, answer: (question: AskpassQuestion) => Promise<string | null>): Promise<Askpass> {
  const script = join(directory, 'askpass');
  const bell = join(directory, 'bell');
  await writeFile(script, SCRIPT, { mode: 0o700 });
  await run('mkfifo', ['-m', '600', bell]);
  // The socket owns the descriptor, which a FileHandle would close when it is collected.
  const socket = new Socket({ fd: openSync(bell, constants.O_RDWR | constants.O_NONBLOCK), readable: true, writable: false });
  const asking = new Map<string, AbortController>();

  const asked = async (id: string, kind: PromptKind, signal: AbortSignal): Promise<void> => {
    const text = await readFile(join(directory, `answer-${id}.prompt`), 'utf8');
    const line = await answer({ kind, text, signal });
    if (signal.aborted || (line === null && kind === 'none')) return;
    // Never to be made anew where the script is gone: that would be a plain file.
    const queue = await open(join(directory, `answer-${id}`), constants.O_WRONLY | constants.O_NONBLOCK);
    await queue.write(line === null ? '-\n' : `+${line}\n`);
    await queue.close();
  };

  let rest = '';
  socket.setEncoding('utf8');
  socket.on('error', () => undefined);
  socket.on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [what, id = '', kind] = line.split(' ');
      asking.get(id)?.abort();
      asking.delete(id);
      if (what !== 'ask') continue;
      const controller = new AbortController();
      asking.set(id, controller);
      // A script that is gone in the meantime wants no answer.
      asked(id, kind === 'none' || kind === 'confirm' ? kind : 'text', controller.signal).catch(() => undefined);
    }
  });
  return {
    script,
    close: () => {
      for (const controller of asking.values()) controller.abort();
      socket.destroy();
    },
  };
}
