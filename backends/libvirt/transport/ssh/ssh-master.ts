import { spawn } from 'node:child_process';
import { access, readFile, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BackendError } from '../../../errors.ts';
import type { RouteOptions } from '../route.ts';
import type { LibvirtUri } from '../uri.ts';
import { openAskpass } from './askpass.ts';
import { type Prompt, questionOf, replyTo } from './login-prompt.ts';
import { makePrivateDirectory } from './private-directory.ts';
import { checkSshUri, masterArguments } from './ssh-arguments.ts';
import { changedKey, type ChangedKey, changedKeyFault, loginFault, lostFault } from './ssh-faults.ts';
import { StderrTail } from './stderr-tail.ts';
import { hireUndertaker } from './undertaker.ts';

/** ssh makes its control socket when it has logged in, which nothing else tells of. */
const LOOK_EVERY_MS = 20;
const PIPE_LINGERS_MS = 300;
const KNOWN_HOSTS_MAX = 16 * 1024 * 1024;

/** A connection to a host that has logged in. */
export interface SshMaster {
  /** The socket for those that go over it. */
  readonly control: string;
  /** Nobody else may enter it. It goes with the master. */
  readonly directory: string;
  /** Of ssh, as long as it speaks English. */
  readonly environment: NodeJS.ProcessEnv;
  /** Why it ended; null as long as it did not. */
  readonly fault: BackendError | null;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  /** What it said since it was asked last: why a tunnel's end was refused. */
  takeNews(): string;
  close(): void;
}

/** Logs in, asking whatever ssh asks. Rejects with BackendError, with the signal's reason, or with what `ask` rejected with. */
export async function openSshMaster(uri: LibvirtUri, { ask, surroundings }: RouteOptions, signal: AbortSignal): Promise<SshMaster> {
  const host = checkSshUri(uri);
  const directory = await makePrivateDirectory(surroundings);
  const undertaker = hireUndertaker(directory);
  const control = join(directory, 'control');
  const stderr = new StderrTail();
  const login = new AbortController();
  let failure: unknown = null;
  let open = false;
  const giveUp = (reason: unknown): void => {
    failure ??= reason;
    login.abort();
  };
  const cancel = () => giveUp(signal.reason);
  signal.addEventListener('abort', cancel, { once: true });

  const asked = new Set<string>();
  const put = async ({ kind, text }: Pick<Prompt, 'kind' | 'text'>, wanted: AbortSignal): Promise<string | null> => {
    const question = questionOf({ kind, text, said: stderr.takeNew(), again: asked.has(text) });
    asked.add(text);
    if (question === null) return null;
    try {
      const answer = await ask(question, wanted);
      if (!wanted.aborted && answer.kind === 'refused') giveUp(new BackendError('auth-cancelled', `Logging in to ${host} was cancelled.`));
      return replyTo(question, answer);
    } catch (error) {
      if (!wanted.aborted) giveUp(error);
      return null;
    }
  };

  try {
    signal.throwIfAborted();
    const askpass = await openAskpass(directory, (question) => put(question, question.signal));
    const environment: NodeJS.ProcessEnv = { ...surroundings.environment, LC_ALL: 'C' };
    const child = spawn('ssh', masterArguments(uri, control), {
      stdio: ['ignore', 'ignore', 'pipe'],
      // A process group of its own: with jump hosts ssh is several processes.
      detached: true,
      env: {
        ...environment,
        // What ssh leaves alone where it asks for a text, and our script goes by.
        SSH_ASKPASS_PROMPT: undefined,
        SSH_ASKPASS: askpass.script,
        SSH_ASKPASS_REQUIRE: 'force',
        // Before OpenSSH 8.4 nothing was asked without one.
        DISPLAY: environment['DISPLAY'] || ':0',
      },
    });
    child.stderr.on('data', (chunk: Uint8Array) => stderr.push(chunk));
    if (child.pid !== undefined) undertaker.watch(child.pid);
    const closing = new Promise<void>((resolve) => {
      child.once('error', (cause) => {
        giveUp(missingSsh(cause));
        resolve();
      });
      child.once('close', () => resolve());
      // A process that ssh started may keep the pipe.
      child.once('exit', () => setTimeout(resolve, PIPE_LINGERS_MS));
    });
    const close = () => {
      askpass.close();
      undertaker.act();
      child.stderr.destroy();
      child.kill();
    };
    login.signal.addEventListener('abort', close);
    if (login.signal.aborted) close();
    void closing.then(() => login.abort());

    const loggedIn = await untilThere(control, login.signal);
    login.signal.removeEventListener('abort', close);
    if (!loggedIn || failure !== null) {
      close();
      throw failure ?? (await loginFaultOf(host, stderr.text));
    }
    askpass.close();
    stderr.takeNew();
    open = true;
    let fault: BackendError | null = null;
    const ended = closing.then(() => {
      fault ??= lostFault(host, stderr.takeNew());
      close();
    });
    return {
      control,
      directory,
      environment,
      ended,
      get fault() {
        return fault;
      },
      takeNews: () => stderr.takeNew(),
      close: () => {
        fault ??= new BackendError('not-connected', `The ssh connection to ${host} was closed.`);
        close();
      },
    };
  } finally {
    signal.removeEventListener('abort', cancel);
    if (!open) undertaker.act();
  }
}

/** False when it was given up. */
async function untilThere(control: string, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const there = await access(control).then(
      () => true,
      () => false,
    );
    if (there) return true;
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

async function loginFaultOf(host: string, stderr: string): Promise<BackendError> {
  const changed = changedKey(host, stderr);
  return changed === null ? loginFault(host, stderr) : changedKeyFault(changed, await fingerprintBefore(changed));
}

/** ssh tells only where the known key stands. A line is: [@marker] names type key; its fingerprint is the SHA-256 of the key (RFC 4255 style). */
async function fingerprintBefore({ file, line }: ChangedKey): Promise<string | null> {
  if (file === null || line === null) return null;
  // The path is ssh's word, or what a host's greeting passes off as that: neither a device nor a pipe, which would never end.
  const status = await stat(file).catch(() => null);
  if (status?.isFile() !== true || status.size > KNOWN_HOSTS_MAX) return null;
  const text = await readFile(file, 'utf8').catch(() => '');
  const [, type, key] = (text.split('\n')[line - 1] ?? '').replace(/^@\S+\s+/, '').split(/\s+/);
  if (type === undefined || key === undefined) return null;
  return `${type} SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`;
}

function missingSsh(cause: NodeJS.ErrnoException): BackendError {
  return new BackendError('unsupported', 'The ssh program of this computer could not be started.', {
    reason: cause.message,
    remedy: 'Install it: "dnf install openssh-clients" on Fedora, "apt install openssh-client" on Debian.',
    cause,
  });
}
