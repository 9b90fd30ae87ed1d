import type { ByteStream } from '../byte-stream.ts';
import { Inbox } from './inbox.ts';

const encoder = new TextEncoder();

/** A serial terminal with a shell of a few words: uname, count, echo, flood, help. Echoes what is typed, as a tty does. */
export function shellOf(hostname: string): ByteStream {
  const output = new Inbox<Uint8Array>();
  const decoder = new TextDecoder();
  const prompt = `root@${hostname}:~# `;
  const say = (text: string): void => output.put(encoder.encode(text));
  let line = '';
  say(`\r\n${hostname} login: root (automatic login)\r\n\r\n${prompt}`);

  const run = async (command: string): Promise<void> => {
    const [word = '', ...rest] = command.trim().split(/\s+/);
    if (word === 'flood') {
      const lines = Math.min(1_000_000, Math.max(0, Number.parseInt(rest[0] ?? '1000', 10) || 0));
      for (let from = 0; from < lines; from += 1000) {
        const part = Array.from({ length: Math.min(1000, lines - from) }, (_, index) => `line ${from + index + 1} of ${lines}\r\n`);
        say(part.join(''));
        await output.drained();
      }
    } else if (word !== '') {
      say(`${answerTo(word, rest, hostname).join('\r\n')}\r\n`);
    }
    say(prompt);
  };

  const press = async (character: string): Promise<void> => {
    if (character === '\r' || character === '\n') {
      const command = line;
      line = '';
      say('\r\n');
      await run(command);
    } else if (character === '\x7f' || character === '\b') {
      if (line !== '') say('\b \b');
      line = line.replace(/.$/u, '');
    } else if (character === '\x03') {
      line = '';
      say(`^C\r\n${prompt}`);
    } else if (character >= ' ') {
      line += character;
      say(character);
    }
  };

  return {
    read: () => output,
    write: async (bytes) => {
      for (const character of decoder.decode(bytes, { stream: true })) await press(character);
    },
    close: async () => output.end(),
  };
}

function answerTo(word: string, rest: readonly string[], hostname: string): string[] {
  switch (word) {
    case 'uname':
      return [rest.includes('-a') ? `Linux ${hostname} 6.12.0 #1 SMP x86_64 GNU/Linux` : 'Linux'];
    case 'count':
      return Array.from({ length: Math.min(1000, Number.parseInt(rest[0] ?? '10', 10) || 0) }, (_, index) => String(index + 1));
    case 'echo':
      return [rest.join(' ')];
    case 'help':
      return ['uname [-a]   count [n]   echo <words>   flood [lines]'];
    default:
      return [`sh: ${word}: not found`];
  }
}
