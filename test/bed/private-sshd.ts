import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const FIRST_PROCESS = fileURLToPath(new URL('../../test/bed/private-sshd.sh', import.meta.url));

/** An account of every private sshd, besides root: not the machine's. */
export const SSH_USER = 'keeper';
// libvirtd looks up who connects, among the machine's accounts: nobody's number.
const SSH_UID = 65_534;

export interface PrivateSshdOptions {
  /** The `run` folder of a private libvirtd: `join(libvirtd.dir, 'run')`. Without it the host has no daemon. */
  readonly libvirt?: string;
  /** Programs that it lacks: 'virt-ssh-helper', 'nc'. */
  readonly hidden?: readonly string[];
  /** More lines for its sshd_config; of a keyword, the first counts, and these come first. */
  readonly config?: readonly string[];
  /** For a host that comes back with another key. */
  readonly port?: number;
  readonly address?: string;
  /** Leading words of a command line that bring it into the namespaces of a private libvirtd, which is then the host's: its `enter`. */
  readonly enter?: readonly string[];
}

/** A host of ssh on loopback, with its own key, accounts and log. */
export interface PrivateSshd {
  readonly dir: string;
  readonly port: number;
  /** "127.0.0.1:PORT", for a URI. */
  readonly authority: string;
  /** Of its one host key, as ssh-keygen tells it: "SHA256:…". */
  readonly fingerprint: string;
  /** The line of a known_hosts file that knows it. */
  readonly knownHost: string;
  /** Of SSH_USER and root. */
  readonly password: string;
  /** Lets a public key in, as SSH_USER and as root. */
  authorize(publicKey: string): Promise<void>;
  /** How many connections it took so far, whatever became of them. */
  connections(): Promise<number>;
  /** How many logins succeeded. */
  logins(): Promise<number>;
  stop(): Promise<void>;
}

/** Needs root, for mounts and accounts. Takes about 0.3 s. It ends with the calling process at the latest. */
export async function startPrivateSshd(options: PrivateSshdOptions = {}): Promise<PrivateSshd> {
  const dir = await mkdtemp(join(tmpdir(), 'guesthouse-sshd-'));
  await chmod(dir, 0o755);
  const port = options.port ?? (await freePort());
  const address = options.address ?? '127.0.0.1';
  const password = 'correct horse';
  await makeAccounts(dir, password);
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, 'host_key')]);
  const authorized = join(dir, 'authorized_keys');
  await writeFile(authorized, '', { mode: 0o644 });
  const config = [
    ...(options.config ?? []),
    `Port ${port}`,
    `ListenAddress ${address}`,
    `HostKey ${join(dir, 'host_key')}`,
    `PidFile ${join(dir, 'pid')}`,
    `AuthorizedKeysFile ${authorized}`,
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'PasswordAuthentication yes',
    'KbdInteractiveAuthentication no',
    'UseDNS no',
    'PrintMotd no',
    'LogLevel VERBOSE',
    'MaxStartups 100',
  ];
  await writeFile(join(dir, 'sshd_config'), `${config.join('\n')}\n`);
  const words = ['bash', FIRST_PROCESS, dir, options.libvirt ?? '', ...(options.hidden ?? [])];
  const unshared = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private', ...words];
  const [command = '', ...args] = [...(options.enter ?? []), ...unshared];
  const first = spawn(command, args, {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}${delimiter}/usr/sbin` },
  });
  let errors = '';
  first.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<void>((done) => first.once('close', () => done()));
  const log = () => readFile(join(dir, 'log'), 'utf8').catch(() => '');
  const stop = async (): Promise<void> => {
    first.stdin.end();
    const timer = setTimeout(() => first.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
    await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  for (const deadline = Date.now() + 10_000; !(await accepts(address, port)); await sleep(20)) {
    if (first.exitCode === null && Date.now() < deadline) continue;
    const why = `${errors}${await log()}`;
    await stop();
    throw new Error(`the private sshd did not come up: ${why}`);
  }
  const publicKey = (await readFile(join(dir, 'host_key.pub'), 'utf8')).split(' ').slice(0, 2).join(' ');
  const { stdout: told } = await run('ssh-keygen', ['-lf', join(dir, 'host_key.pub')]);
  // The probe above was a connection, too.
  const taken = async () => count(await log(), /Connection from /g);
  while ((await taken()) === 0) await sleep(20);
  return {
    dir,
    port,
    authority: `${address}:${port}`,
    fingerprint: told.split(' ')[1] ?? '',
    knownHost: `[${address}]:${port} ${publicKey}`,
    password,
    stop,
    authorize: (key) => writeFile(authorized, `${key.trim()}\n`, { flag: 'a' }),
    connections: async () => (await taken()) - 1,
    logins: async () => count(await log(), /Accepted \S+ for /g),
  };
}

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

/** The machine's accounts, root's password apart, and SSH_USER. */
async function makeAccounts(dir: string, password: string): Promise<void> {
  const home = join(dir, 'home');
  await mkdir(join(dir, 'etc'));
  await mkdir(home, { mode: 0o755 });
  const hashed = run('openssl', ['passwd', '-6', '-stdin']);
  hashed.child.stdin?.end(`${password}\n`);
  const hash = (await hashed).stdout.trim();
  const others = async (file: string, ours: readonly string[]) =>
    (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '' && !ours.includes(line.split(':')[0] ?? ''));
  const passwd = await others('/etc/passwd', ['root', SSH_USER]);
  const group = await others('/etc/group', [SSH_USER]);
  await writeFile(
    join(dir, 'etc/passwd'),
    [...passwd, `root:x:0:0::${home}:/bin/sh`, `${SSH_USER}:x:${SSH_UID}:${SSH_UID}::${home}:/bin/sh`, ''].join('\n'),
  );
  await writeFile(join(dir, 'etc/group'), [...group, `${SSH_USER}:x:${SSH_UID}:`, ''].join('\n'));
  const aged = ['root', SSH_USER].map((name) => `${name}:${hash}:19000:0:99999:7:::`);
  await writeFile(join(dir, 'etc/shadow'), [...aged, 'sshd:!:19000::::::', ''].join('\n'), { mode: 0o600 });
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ host, port });
    probe.once('error', () => resolve(false));
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
  });
}
