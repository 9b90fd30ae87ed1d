import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ownNetworkObstacle } from './own-network.ts';

const run = promisify(execFile);
const FIRST_PROCESS = fileURLToPath(new URL('../../test/bed/private-gluster.sh', import.meta.url));
/** Gluster takes no bricks of 127.0.0.1. */
const ADDRESS = '10.78.0.1';

/** A Gluster server of its own, with one volume on one brick, in user space: it needs nothing of the kernel. */
export interface PrivateGluster {
  /** As pools name it. */
  readonly host: string;
  /** Where what is on the volume lies on this machine. */
  readonly brick: string;
  stop(): Promise<void>;
}

/** Listens at its usual port, on an address of a network namespace that has to be the tests' own. */
export async function startPrivateGluster(volume: string): Promise<PrivateGluster> {
  const obstacle = ownNetworkObstacle();
  if (obstacle !== undefined) throw new Error(obstacle);
  await run('ip', ['address', 'replace', `${ADDRESS}/32`, 'dev', 'lo']);
  const dir = await mkdtemp(join(tmpdir(), 'guesthouse-gluster-'));
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private'];
  const first = spawn('unshare', [...namespaces, 'bash', FIRST_PROCESS, dir, ADDRESS, volume], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(first, 'close');
  const stop = async () => {
    first.stdin.end();
    await ended;
    await rm(dir, { recursive: true, force: true });
  };
  let output = '';
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of [first.stdout, first.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (/^ready$/m.test(output)) resolve();
      });
    }
    first.once('error', reject).once('close', () => reject(new Error(`the Gluster server did not come up: ${output}`)));
  });
  try {
    await ready;
  } catch (error) {
    await stop();
    throw error;
  }
  return { host: ADDRESS, brick: join(dir, 'bricks', volume), stop };
}
