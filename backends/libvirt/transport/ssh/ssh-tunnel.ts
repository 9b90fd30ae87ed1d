import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { TunnelTarget } from '../route.ts';
import type { LibvirtUri } from '../uri.ts';
import { forwardArguments } from './ssh-arguments.ts';
import type { SshMaster } from './ssh-master.ts';
import { tunnelFault } from './ssh-faults.ts';

/** A listener that is refused ends the stream at once; one that waits for us to speak is believed after this. */
const SILENT_MS = 500;
/** Why it was refused comes another way than the refusal. */
const NEWS_MS = 50;
let count = 0;

/** Bytes to and from a listener of the host. Rejects with BackendError where ssh or the host does not let us there. */
export async function openSshTunnel(master: SshMaster, uri: LibvirtUri, listener: TunnelTarget, signal?: AbortSignal): Promise<Duplex> {
  const target = reachable(listener);
  count += 1;
  const socket = join(master.directory, `t${count}`);
  const forward = (verb: 'forward' | 'cancel') =>
    runSsh(forwardArguments(uri, master.control, { verb, socket, target }), master.environment);
  const failed = (reason: string) => master.fault ?? tunnelFault(target, reason);
  master.takeNews();
  const refusal = await forward('forward');
  if (refusal !== null) throw failed(refusal);
  const stream = connect({ path: socket });
  // There are moments in which nobody else listens, and an error then would end the process; 'close' follows.
  stream.on('error', () => undefined);
  try {
    if (await answers(stream, signal)) return stream;
    await delay(NEWS_MS);
    throw failed(master.takeNews());
  } catch (error) {
    stream.destroy();
    throw error;
  } finally {
    // What is connected stays so.
    void forward('cancel').then(() => rm(socket, { force: true }));
  }
}

/** One that listens everywhere does so on the host's loopback. */
function reachable(target: TunnelTarget): TunnelTarget {
  if (target.kind === 'unix') return target;
  if (target.host === '0.0.0.0') return { ...target, host: '127.0.0.1' };
  return target.host === '::' ? { ...target, host: '::1' } : target;
}

/** False: the other side ended it before it said anything. */
function answers(stream: Socket, signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => done(() => resolve(true)), SILENT_MS);
    const abort = () => done(() => reject(signal?.reason));
    const readable = () => done(() => resolve(stream.readableLength > 0));
    const end = () => done(() => resolve(false));
    const done = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      stream.off('readable', readable).off('error', end).off('close', end);
      settle();
    };
    signal?.addEventListener('abort', abort, { once: true });
    stream.once('readable', readable).once('error', end).once('close', end);
    if (signal?.aborted === true) abort();
  });
}

/** Null, or why it failed. */
function runSsh(words: string[], env: NodeJS.ProcessEnv): Promise<string | null> {
  return new Promise((resolve) => {
    execFile('ssh', words, { env, timeout: 10_000 }, (error, _, stderr) => resolve(error === null ? null : stderr || error.message));
  });
}
