import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { MiB } from '../../backends/model/quantity.ts';
import { freePort } from './free-port.ts';

const run = promisify(execFile);

/** A Ceph cluster of its own on 127.0.0.1: one monitor, one manager, and one store that is in memory. */
export interface PrivateCeph {
  /** Its monitor, as pools name it: 127.0.0.1:… */
  readonly host: string;
  /** Bytes that it has for everything. */
  readonly size: number;
  /** Who may use `pool`: resolves to the key. */
  addUser(name: string, pool: string): Promise<string>;
  /** Runs rbd as the cluster's administrator; resolves to what it says. */
  rbd(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

export async function startPrivateCeph(pool: string): Promise<PrivateCeph> {
  const dir = await mkdtemp(join(tmpdir(), 'guesthouse-ceph-'));
  const host = `127.0.0.1:${await freePort()}`;
  const size = 256 * MiB;
  const keys = join(dir, 'keyring');
  const conf = join(dir, 'ceph.conf');
  const as = ['--conf', conf];
  const daemons: ChildProcess[] = [];
  const ceph = async (...args: string[]) => (await run('ceph', [...as, ...args], { timeout: 60_000 })).stdout;
  const start = (program: string, id: string) => {
    // Whatever becomes of us, it goes with us.
    const daemon = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...as, '-f', '-i', id], { stdio: 'ignore' });
    // What it would have said is in its log; who waits for its answer is told that none came.
    daemon.once('error', () => undefined);
    daemons.push(daemon);
  };
  const stop = async () => {
    const running = daemons.filter(({ pid, exitCode, signalCode }) => pid !== undefined && exitCode === null && signalCode === null);
    await Promise.all(running.map((daemon) => (daemon.kill('SIGKILL'), once(daemon, 'exit'))));
    await rm(dir, { recursive: true, force: true });
  };
  const addKey = async (name: string, ...rights: string[]) => appendFile(keys, await ceph('auth', 'get-or-create', name, ...rights));

  try {
    const fsid = randomUUID();
    for (const folder of ['mon', 'mgr', 'osd', 'run']) await mkdir(join(dir, folder));
    await writeFile(conf, configuration({ fsid, dir, host, size }));
    await run('ceph-authtool', ['--create-keyring', keys, '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *']);
    const everything = ['mon', 'osd', 'mgr'].flatMap((each) => ['--cap', each, 'allow *']);
    await run('ceph-authtool', [keys, '--gen-key', '-n', 'client.admin', ...everything]);
    const map = join(dir, 'monmap');
    await run('monmaptool', ['--create', '--add', 'a', host, '--fsid', fsid, map]);
    await run('ceph-mon', [...as, '-i', 'a', '--mkfs', '--monmap', map, '--keyring', keys]);
    start('ceph-mon', 'a');
    const store = randomUUID();
    await ceph('osd', 'new', store);
    await addKey('osd.0', 'mon', 'allow profile osd', 'osd', 'allow *');
    await run('ceph-osd', [...as, '-i', '0', '--mkfs', '--osd-uuid', store]);
    start('ceph-osd', '0');
    await addKey('mgr.x', 'mon', 'allow profile mgr', 'osd', 'allow *', 'mds', 'allow *');
    start('ceph-mgr', 'x');
    await ceph('osd', 'pool', 'create', pool, '8');
    await run('rbd', [...as, 'pool', 'init', pool], { timeout: 60_000 });
    // The manager counts what there is, which takes it a moment.
    await untilTrue(async () => /"total_bytes":[1-9]/.test(await ceph('df', '--format', 'json')));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    host,
    size,
    addUser: async (name, of) => {
      const rights = ['mon', 'profile rbd', 'osd', `profile rbd pool=${of}`];
      return (await ceph('auth', 'get-or-create-key', `client.${name}`, ...rights)).trim();
    },
    rbd: async (...args) => (await run('rbd', [...as, ...args], { timeout: 60_000 })).stdout,
    stop,
  };
}

interface Places {
  readonly fsid: string;
  readonly dir: string;
  readonly host: string;
  readonly size: number;
}

/** A cluster of one, which keeps everything once. */
function configuration({ fsid, dir, host, size }: Places): string {
  return [
    '[global]',
    `fsid = ${fsid}`,
    `mon host = ${host}`,
    ...['cluster', 'service', 'client'].map((who) => `auth ${who} required = cephx`),
    'auth allow insecure global id reclaim = false',
    `keyring = ${dir}/keyring`,
    `log file = ${dir}/$name.log`,
    `run dir = ${dir}/run`,
    `admin socket = ${dir}/run/$name.asok`,
    `mon data = ${dir}/mon`,
    `mgr data = ${dir}/mgr`,
    `osd data = ${dir}/osd`,
    'osd objectstore = memstore',
    `memstore device bytes = ${size}`,
    'osd pool default size = 1',
    'osd pool default min size = 1',
    'osd crush chooseleaf type = 0',
    'mon allow pool size one = true',
    '',
  ].join('\n');
}

async function untilTrue(ask: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await ask())) {
    if (Date.now() > deadline) throw new Error('the Ceph cluster did not come up');
    await sleep(200);
  }
}
