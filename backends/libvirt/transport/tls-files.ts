import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { BackendError } from '../../errors.ts';
import type { Surroundings } from './local-socket.ts';

export interface PemFile {
  readonly path: string;
  readonly text: string;
}

/** What proves a host to us, and us to it. */
export interface TlsFiles {
  readonly ca: PemFile;
  /** Which of the CA's certificates are not valid any more. */
  readonly crl: PemFile | null;
  /** Null where this person has no certificate: some hosts want none. */
  readonly own: { readonly certificate: PemFile; readonly key: PemFile } | null;
}

// https://libvirt.org/kbase/tlscerts.html
const SYSTEM = {
  ca: '/etc/pki/CA/cacert.pem',
  crl: '/etc/pki/CA/cacrl.pem',
  certificate: '/etc/pki/libvirt/clientcert.pem',
  key: '/etc/pki/libvirt/private/clientkey.pem',
} as const;
type Place = Readonly<Record<keyof typeof SYSTEM, string>>;

/**
 * Looks where libvirt's own client does: `pkipath` alone where it is given, else the person's ~/.pki/libvirt (root has none), and for what is
 * not there the system's /etc/pki; a certificate and its key come from the same place. Rejects with 'bad-file' or 'permission'.
 */
export async function readTlsFiles(pkipath: string | undefined, { exists, home, uid }: Surroundings): Promise<TlsFiles> {
  if (pkipath !== undefined && !isAbsolute(pkipath)) {
    throw new BackendError('bad-uri', 'The parameter "pkipath" must be the whole path of a folder, from "/".');
  }
  const places = pkipath === undefined ? [...(uid === 0 ? [] : [inOneFolder(join(home, '.pki/libvirt'))]), SYSTEM] : [inOneFolder(pkipath)];
  const ca = places.map((place) => place.ca).find(exists);
  if (ca === undefined) {
    throw new BackendError('bad-file', 'There is no certificate of an authority (CA) that could vouch for this host.', {
      reason: `Looked for ${places.map((place) => place.ca).join(', then ')}.`,
      remedy: 'Copy the CA’s certificate from the host: usually it is /etc/pki/CA/cacert.pem there.',
    });
  }
  const crl = places.map((place) => place.crl).find(exists);
  return {
    ca: await read(ca),
    crl: crl === undefined ? null : await read(crl),
    own: await readPair(places, exists),
  };
}

/** What proves a person to displays: where gtk-vnc looks for it under the name that virt-manager gives it, "libvirt-vnc". */
export async function readDisplayPair({ exists, home, uid }: Surroundings): Promise<TlsFiles['own']> {
  const folders = [...(uid === 0 ? [] : [join(home, '.pki/libvirt-vnc')]), '/etc/pki/libvirt-vnc'];
  const places = folders.map((folder) => ({ certificate: join(folder, 'clientcert.pem'), key: join(folder, 'private/clientkey.pem') }));
  return readPair(places, exists);
}

async function readPair(
  places: readonly Pick<Place, 'certificate' | 'key'>[],
  exists: (path: string) => boolean,
): Promise<TlsFiles['own']> {
  const pair = places.find(({ certificate, key }) => exists(certificate) && exists(key));
  if (pair !== undefined) return { certificate: await read(pair.certificate), key: await read(pair.key) };
  const half = places.find(({ certificate, key }) => exists(certificate) || exists(key));
  if (half === undefined) return null;
  const [there, missing] = exists(half.certificate) ? [half.certificate, half.key] : [half.key, half.certificate];
  throw new BackendError('bad-file', 'Your certificate for libvirt hosts and its key belong together, and one is missing.', {
    reason: `There is ${there}, and no ${missing}, or it is in a folder that you may not read.`,
    remedy: 'Put both there, readable for you.',
  });
}

const inOneFolder = (folder: string): Place => ({
  ca: join(folder, 'cacert.pem'),
  crl: join(folder, 'cacrl.pem'),
  certificate: join(folder, 'clientcert.pem'),
  key: join(folder, 'clientkey.pem'),
});

async function read(path: string): Promise<PemFile> {
  try {
    return { path, text: await readFile(path, 'utf8') };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : null;
    const denied = cause instanceof Error && 'code' in cause && cause.code === 'EACCES';
    if (!denied) throw new BackendError('bad-file', `${path} cannot be read.`, { reason, cause });
    throw new BackendError('permission', `You may not read ${path}.`, {
      reason,
      remedy: 'Make it readable for you, or put certificates of your own into ~/.pki/libvirt.',
      cause,
    });
  }
}
