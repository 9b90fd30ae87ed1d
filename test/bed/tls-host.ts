import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Authority, type Certificate, makeAuthority } from './certificates.ts';
import { type PrivateLibvirtd, type PrivateLibvirtdOptions, startPrivateLibvirtd } from './private-libvirtd.ts';

/** What a certificate must name to be this host's. */
export const TLS_HOST = { names: ['localhost'], addresses: ['127.0.0.1'] };

/** A private libvirtd that is reached over TLS, with an authority of its own. */
export interface TlsHost {
  readonly daemon: PrivateLibvirtd;
  readonly authority: Authority;
  readonly certificate: Certificate;
  /** A client's folder with all that it takes; others come from `authority.clientFolder`. */
  readonly pkipath: string;
  /** Of somebody with another folder, or by another name for the host, where given. */
  uri(options?: { pkipath?: string; host?: string; driver?: 'qemu' | 'test' }): string;
  /** Starts the daemon again with this certificate. */
  present(certificate: Certificate): Promise<void>;
  stop(): Promise<void>;
}

/** Takes about half a second. */
export async function startTlsHost(options: PrivateLibvirtdOptions = {}): Promise<TlsHost> {
  const authority = await makeAuthority();
  const [certificate, own] = await Promise.all([authority.issue('host', TLS_HOST), authority.issue('person')]);
  const pkipath = await authority.clientFolder('of-person', { own });
  const shown = { certificate: join(authority.dir, 'shown.pem'), key: join(authority.dir, 'shown.key') };
  const show = async (next: Certificate) => {
    await copyFile(next.certificate, shown.certificate);
    await copyFile(next.key, shown.key);
  };
  await show(certificate);
  const daemon = await startPrivateLibvirtd({ ...options, listen: { ...options.listen, tls: { ca: authority.ca, ...shown } } });
  return {
    daemon,
    authority,
    certificate,
    pkipath,
    uri({ pkipath: folder = pkipath, host = 'localhost', driver = 'qemu' } = {}) {
      return `${driver}+tls://${host}:${daemon.ports.tls}/${driver === 'test' ? 'default' : 'system'}?pkipath=${folder}`;
    },
    async present(next) {
      await show(next);
      await daemon.crash();
      await daemon.revive();
    },
    async stop() {
      await daemon.stop();
      await authority.remove();
    },
  };
}
