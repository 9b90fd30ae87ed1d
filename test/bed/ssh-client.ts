import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** This computer's side of ssh, apart from the person's own: known hosts, keys and configuration of a test. */
export interface SshClient {
  readonly dir: string;
  /** What a program's environment needs so that the `ssh` which it starts is this one. */
  readonly env: Readonly<Record<string, string>>;
  readonly knownHosts: string;
  /** Where `XDG_RUNTIME_DIR` is: private directories are made there. */
  readonly runtime: string;
  trust(line: string): Promise<void>;
  /** More of the ssh_config; of a keyword, the first counts. */
  configure(lines: string): Promise<void>;
  /** A new key; with a passphrase if one is given. */
  makeKey(name: string, passphrase?: string): Promise<{ readonly file: string; readonly publicKey: string }>;
  remove(): Promise<void>;
}

/**
 * ssh takes a person's files from the home folder of the accounts, not from $HOME: this puts an `ssh` before it in PATH that names others by -F.
 * `owner` may read and write them.
 */
export async function makeSshClient(owner?: { readonly uid: number }): Promise<SshClient> {
  const dir = await mkdtemp(join(tmpdir(), 'gh-ssh-'));
  const [bin, runtime] = [join(dir, 'bin'), join(dir, 'run')];
  for (const folder of [bin, runtime]) await mkdir(folder, { mode: 0o700 });
  const [config, knownHosts] = [join(dir, 'config'), join(dir, 'known_hosts')];
  const real = (await run('sh', ['-c', 'command -v ssh'])).stdout.trim();
  await writeFile(join(bin, 'ssh'), `#!/bin/sh\nexec ${real} -F '${config}' "$@"\n`, { mode: 0o755 });
  await writeFile(knownHosts, '');
  await writeFile(
    config,
    `UserKnownHostsFile ${knownHosts}\nGlobalKnownHostsFile none\nIdentityFile ${dir}/none\nIdentityAgent none\nControlMaster no\n`,
  );
  await chmod(config, 0o600);
  if (owner !== undefined) await run('chown', ['-R', String(owner.uid), dir]);
  return {
    dir,
    runtime,
    knownHosts,
    env: { PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`, XDG_RUNTIME_DIR: runtime },
    trust: (line) => writeFile(knownHosts, `${line}\n`, { flag: 'a' }),
    configure: async (lines) => writeFile(config, `${lines}\n${await readFile(config, 'utf8')}`),
    async makeKey(name, passphrase = '') {
      const file = join(dir, name);
      await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', name, '-f', file]);
      if (owner !== undefined) await run('chown', [String(owner.uid), file]);
      return { file, publicKey: await readFile(`${file}.pub`, 'utf8') };
    },
    remove: () => rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}
