import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const run = promisify(execFile);

/** What a libvirtd is reached by besides its unix sockets, on 127.0.0.1. Whom it lets in is said by auth_tls ("none" by default) and auth_tcp ("sasl"). */
export interface Listening {
  readonly tcp?: boolean;
  /** Paths, which are read at every start. */
  readonly tls?: { readonly ca: string; readonly certificate: string; readonly key: string };
}

/** 0 where it does not listen. */
export interface Ports {
  readonly tcp: number;
  readonly tls: number;
}

/** Its own /etc/sasl2 and list of people, each with a password. It asks for them where auth_unix_rw, auth_tls or auth_tcp is "sasl". */
export interface Sasl {
  /** Separated by blanks: "scram-sha-256 plain". */
  readonly mechanisms: string;
  readonly people: Readonly<Record<string, string>>;
}

export const portsFor = async ({ tcp = false, tls }: Listening): Promise<Ports> => ({
  tcp: tcp ? await freePort() : 0,
  tls: tls === undefined ? 0 : await freePort(),
});

/** For libvirtd.conf. */
export function listenLines({ tls: files }: Listening, { tcp, tls }: Ports): string[] {
  return [
    'listen_addr = "127.0.0.1"',
    ...(tcp === 0 ? [] : ['listen_tcp = 1', `tcp_port = "${tcp}"`]),
    ...(files === undefined
      ? ['listen_tls = 0']
      : [
          'listen_tls = 1',
          `tls_port = "${tls}"`,
          `ca_file = "${files.ca}"`,
          `cert_file = "${files.certificate}"`,
          `key_file = "${files.key}"`,
          // It would look at its own certificate, and not start with a bad one.
          'tls_no_sanity_certificate = 1',
        ]),
  ];
}

/** Fills a folder that is to be the daemon's /etc/sasl2. */
export async function prepareSasl(folder: string, { mechanisms, people }: Sasl): Promise<void> {
  const list = join(folder, 'people.db');
  await mkdir(folder);
  const lines = [`mech_list: ${mechanisms}`, 'pwcheck_method: auxprop', 'auxprop_plugin: sasldb', `sasldb_path: ${list}`];
  await writeFile(join(folder, 'libvirt.conf'), lines.join('\n'));
  for (const [name, password] of Object.entries(people)) {
    const adding = run('saslpasswd2', ['-p', '-c', '-a', 'libvirt', '-f', list, name]);
    adding.child.stdin?.end(password);
    await adding;
  }
}
