import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendError } from '../backends/errors.ts';
import type { LoginFileKind } from './address-wishes.ts';

/** Throws 'bad-file' for what cannot be a key or a folder with certificates, before somebody wonders why a login fails. */
export async function checkLoginFile(path: string, what: LoginFileKind): Promise<void> {
  await (what === 'ssh-key' ? checkKey(path) : checkCertificates(path));
}

async function checkKey(path: string): Promise<void> {
  if (path.endsWith('.pub')) {
    throw new BackendError('bad-file', 'This is the public half of a key.', { remedy: 'Choose the file of the same name without “.pub”.' });
  }
  await requireReadable(path, 'The key');
}

/** The names that libvirt gives them (https://libvirt.org/kbase/tlscerts.html). A client certificate is only for hosts that ask for one. */
async function checkCertificates(folder: string): Promise<void> {
  await requireReadable(join(folder, 'cacert.pem'), 'The certificate of the authority, cacert.pem,');
  const [certificate, key] = await Promise.all(['clientcert.pem', 'clientkey.pem'].map(async (name) => exists(join(folder, name))));
  if (certificate === key) return;
  const [there, missing] = certificate === true ? ['clientcert.pem', 'clientkey.pem'] : ['clientkey.pem', 'clientcert.pem'];
  throw new BackendError('bad-file', `The folder has ${there}, but not ${missing}.`, {
    remedy: 'Choose a folder that has both, or neither.',
  });
}

async function requireReadable(path: string, what: string): Promise<void> {
  try {
    if (!(await stat(path)).isFile()) throw new BackendError('bad-file', `${what} is no ordinary file.`);
    await access(path, constants.R_OK);
  } catch (error) {
    if (error instanceof BackendError) throw error;
    throw new BackendError('bad-file', `${what} cannot be read.`, {
      reason: error instanceof Error && 'code' in error ? String(error.code) : null,
      remedy: 'Choose another one, or make it readable for yourself.',
      cause: error,
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
