import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Authority, Certificate } from './certificates.ts';

/** What guests' displays show of their host, where QEMU, which is another user, may read it. */
export interface DisplayCertificates {
  /** Lines for qemu.conf that turn TLS on for VNC and SPICE. */
  readonly qemuConf: string;
  /** What guests show that are started from now on. */
  show(certificate: Certificate): Promise<void>;
  remove(): Promise<void>;
}

export async function displayCertificates(authority: Authority, first: Certificate): Promise<DisplayCertificates> {
  const folder = await mkdtemp(join(tmpdir(), 'guesthouse-displays-'));
  await chmod(folder, 0o755);
  const put = async (from: string, name: string) => {
    await copyFile(from, join(folder, name));
    await chmod(join(folder, name), 0o644);
  };
  const show = async ({ certificate, key }: Certificate) => {
    await put(authority.ca, 'ca-cert.pem');
    await put(certificate, 'server-cert.pem');
    await put(key, 'server-key.pem');
  };
  await show(first);
  return {
    qemuConf: ['vnc', 'spice'].map((kind) => `${kind}_tls = 1\n${kind}_tls_x509_cert_dir = "${folder}"`).join('\n'),
    show,
    remove: () => rm(folder, { recursive: true }),
  };
}
