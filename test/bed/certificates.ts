import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const DAY_MS = 86_400_000;

export interface Certificate {
  /** Paths. */
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** DNS names and IP addresses. */
  readonly names?: readonly string[];
  readonly addresses?: readonly string[];
  /** In days from now; by default from yesterday to next month. */
  readonly from?: number;
  readonly to?: number;
  /** By default both. */
  readonly purpose?: 'server' | 'client';
}

/** A certificate authority of its own in a folder that goes with it. About 200 ms, and 10 ms a certificate. */
export interface Authority {
  readonly dir: string;
  readonly ca: string;
  issue(name: string, options?: CertificateOptions): Promise<Certificate>;
  /** One that vouches for itself. */
  selfSigned(name: string, options?: CertificateOptions): Promise<Certificate>;
  /** A list of what is not valid any more, valid itself until in so many days. */
  revoke(certificate: Certificate | null, to?: number): Promise<string>;
  /**
   * A folder for the "pkipath" of an address: this CA, and what else is given. `ca` is another CA's.
   */
  clientFolder(name: string, files?: { own?: Certificate; crl?: string; ca?: string }): Promise<string>;
  remove(): Promise<void>;
}

export async function makeAuthority(commonName = 'Guesthouse test CA'): Promise<Authority> {
  const dir = await mkdtemp(join(tmpdir(), 'guesthouse-pki-'));
  const at = (file: string) => join(dir, file);
  const certtool = (...args: string[]) => run('certtool', args);
  const makeKey = async (name: string, ...kind: string[]) => {
    await certtool('--generate-privkey', ...kind, '--outfile', at(`${name}.key`));
    return at(`${name}.key`);
  };
  const template = async (name: string, lines: readonly string[]) => {
    await writeFile(at(`${name}.template`), lines.join('\n'));
    return at(`${name}.template`);
  };
  const caKey = await makeKey('ca', '--key-type', 'ecdsa', '--curve', 'secp256r1');
  // The same for all, since RSA keys take time; libvirt wants "key encipherment" of a certificate, which certtool leaves out for others.
  const key = await makeKey('everyone', '--key-type', 'rsa', '--bits', '2048');
  const caTemplate = await template('ca', [`cn = "${commonName}"`, 'ca', 'cert_signing_key', 'crl_signing_key', ...validity({})]);
  await certtool('--generate-self-signed', '--load-privkey', caKey, '--template', caTemplate, '--outfile', at('cacert.pem'));
  const signing = ['--load-ca-certificate', at('cacert.pem'), '--load-ca-privkey', caKey];

  const make = async (name: string, options: CertificateOptions, how: readonly string[]): Promise<Certificate> => {
    const lines = [
      `cn = "${name}"`,
      ...(options.names ?? []).map((dns) => `dns_name = "${dns}"`),
      ...(options.addresses ?? []).map((address) => `ip_address = "${address}"`),
      ...(options.purpose === 'client' ? [] : ['tls_www_server']),
      ...(options.purpose === 'server' ? [] : ['tls_www_client']),
      'signing_key',
      'encryption_key',
      ...validity(options),
    ];
    const certificate = at(`${name}.pem`);
    await certtool(...how, '--load-privkey', key, '--template', await template(name, lines), '--outfile', certificate);
    return { certificate, key };
  };

  return {
    dir,
    ca: at('cacert.pem'),
    issue: (name, options = {}) => make(name, options, ['--generate-certificate', ...signing]),
    selfSigned: (name, options = {}) => make(name, options, ['--generate-self-signed']),
    async revoke(certificate, to = 30) {
      const file = at(`crl-${to}.pem`);
      const lines = ['crl_number = 1', `crl_this_update_date = "${day(Math.min(-1, to - 1))}"`, `crl_next_update_date = "${day(to)}"`];
      const revoked = certificate === null ? [] : ['--load-certificate', certificate.certificate];
      await certtool('--generate-crl', ...signing, ...revoked, '--template', await template(`crl-${to}`, lines), '--outfile', file);
      return file;
    },
    async clientFolder(name, { own, crl, ca = at('cacert.pem') } = {}) {
      const folder = at(name);
      // A second try of a test asks for it again.
      await mkdir(folder, { recursive: true });
      await copyFile(ca, join(folder, 'cacert.pem'));
      if (crl !== undefined) await copyFile(crl, join(folder, 'cacrl.pem'));
      if (own !== undefined) {
        await copyFile(own.certificate, join(folder, 'clientcert.pem'));
        await copyFile(own.key, join(folder, 'clientkey.pem'));
      }
      return folder;
    },
    remove: () => rm(dir, { recursive: true }),
  };
}

const validity = ({ from = -1, to = 30 }: CertificateOptions) => [`activation_date = "${day(from)}"`, `expiration_date = "${day(to)}"`];

/** As certtool reads dates: universal time. */
const day = (fromNow: number): string => new Date(Date.now() + fromNow * DAY_MS).toISOString().replace('T', ' ').replace(/\..*/, ' UTC');
