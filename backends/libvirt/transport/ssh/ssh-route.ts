import { spawn } from 'node:child_process';
import { BackendError } from '../../../errors.ts';
import { privateDisplayCredentials } from '../display-credentials.ts';
import type { Route, RouteOptions } from '../route.ts';
import { type ProgramOutput, type RunOptions, runThere } from '../run-program.ts';
import type { Transport } from '../transport.ts';
import type { LibvirtUri } from '../uri.ts';
import { ChildTransport } from './child-transport.ts';
import { remoteCommand } from './remote-command.ts';
import { checkSshUri, sessionArguments } from './ssh-arguments.ts';
import { commandFault, textBeforeDaemon } from './ssh-faults.ts';
import { shellWord } from './shell-words.ts';
import { openSshMaster, type SshMaster } from './ssh-master.ts';
import { openSshTunnel } from './ssh-tunnel.ts';
import { StderrTail } from './stderr-tail.ts';
import { tethered } from './tether.ts';

/** ssh's own exit code; a command's are others. */
const SSH_FAILED = 255;
const MASTER_ENDS_MS = 300;

/** The road over the system's OpenSSH: one connection for all that goes to the host, made by the first that needs it. Throws 'bad-uri', 'insecure'. */
export async function openSshRoute(uri: LibvirtUri, options: RouteOptions): Promise<Route> {
  const host = checkSshUri(uri);
  const command = remoteCommand(uri, options.readOnly);
  const master = new SharedMaster((signal) => openSshMaster(uri, options, signal));
  return {
    local: false,
    privacy: 'encrypted',
    host,
    displays: 'private',
    dial: async (signal) => dialOver(await master.get(signal), { uri, host, command }),
    tunnel: async (target, { signal } = {}) => openSshTunnel(await master.get(signal), uri, target, signal),
    displayCredentials: (signal) => privateDisplayCredentials(options.surroundings, options.ask, signal),
    run: async (words, signal, options) => runOver(await master.get(signal), uri, words, signal, options),
    close: () => master.close(),
  };
}

/** The login shell there gets one text, and reads of it these words. */
async function runOver(
  master: SshMaster,
  uri: LibvirtUri,
  words: readonly string[],
  signal?: AbortSignal,
  options?: RunOptions,
): Promise<ProgramOutput> {
  const all = ['env', 'LC_ALL=C', ...words];
  const command = (options?.tethered === true ? tethered(all) : all).map(shellWord).join(' ');
  const output = await runThere('ssh', sessionArguments(uri, master.control, command), master.environment, signal, options);
  if (output.code === SSH_FAILED && output.late !== true) throw master.fault ?? commandFault(checkSshUri(uri), output.code, output.stderr);
  return output;
}

function dialOver(master: SshMaster, { uri, host, command }: { uri: LibvirtUri; host: string; command: string }): Transport {
  const child = spawn('ssh', sessionArguments(uri, master.control, command), { detached: true, env: master.environment });
  const stderr = new StderrTail();
  child.stderr.on('data', (chunk: Uint8Array) => stderr.push(chunk));
  return new ChildTransport(child, {
    refuse: (first) => textBeforeDaemon(host, first),
    explain: async ({ exitCode, heard }) => {
      // When the connection dies, those over it may end before it does.
      if (exitCode === SSH_FAILED) await Promise.race([master.ended, new Promise((resolve) => setTimeout(resolve, MASTER_ENDS_MS))]);
      if (master.fault !== null) return master.fault;
      return heard ? endOfDaemon(host, stderr.text) : commandFault(host, exitCode, stderr.text);
    },
  });
}

/** The road is still there, but the daemon at its end is not. */
function endOfDaemon(host: string, stderr: string): BackendError {
  const reason = stderr.trim().split('\n').at(-1) || null;
  return new BackendError('connection-lost', `The libvirt daemon of ${host} has ended the connection.`, { reason });
}

/** One login for all that wait for it; the last of them to give up ends it. */
class SharedMaster {
  readonly #open: (signal: AbortSignal) => Promise<SshMaster>;
  #login: { readonly master: Promise<SshMaster>; readonly controller: AbortController; waiting: number } | null = null;
  #closed = false;

  constructor(open: (signal: AbortSignal) => Promise<SshMaster>) {
    this.#open = open;
  }

  async get(signal?: AbortSignal): Promise<SshMaster> {
    signal?.throwIfAborted();
    if (this.#closed) throw new BackendError('not-connected', 'The connection to the host was closed.');
    const login = (this.#login ??= this.#begin());
    login.waiting++;
    let abort = (): void => undefined;
    try {
      const master = await Promise.race([
        login.master,
        new Promise<never>((_, reject) => {
          abort = () => reject(signal?.reason);
          signal?.addEventListener('abort', abort, { once: true });
        }),
      ]);
      // One road has one connection: what comes after its end would ask the person again.
      if (master.fault !== null) throw master.fault;
      return master;
    } finally {
      signal?.removeEventListener('abort', abort);
      login.waiting--;
      if (signal?.aborted === true && login.waiting === 0) login.controller.abort(signal.reason);
    }
  }

  #begin() {
    const controller = new AbortController();
    const login = { master: this.#open(controller.signal), controller, waiting: 0 };
    // A login that failed may be tried again.
    login.master.catch(() => (this.#login = null));
    return login;
  }

  close(): void {
    this.#closed = true;
    this.#login?.controller.abort(new BackendError('cancelled', 'Connecting was cancelled.'));
    this.#login?.master.then((master) => master.close()).catch(() => undefined);
  }
}
