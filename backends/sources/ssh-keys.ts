import { constants } from 'node:fs';
import { copyFile, mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { hostname, tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { PublicKey, type SshKey } from '#model/cloud-init';
import type { SaveTarget } from '../backend.ts';
import { BackendError } from '../errors.ts';
import { runTool, type Tool } from './run-tool.ts';

const keygen: Tool = { command: 'ssh-keygen', purpose: 'Making a key', package: 'openssh-clients (openssh-client)' };
const KEYS_MAX = 64;
const KEY_FILE_MAX = 16_384;

/** The public keys of a folder, as ~/.ssh; what is none is passed over, and private ones are never opened. */
export async function readSshKeys(folder: string): Promise<SshKey[]> {
  const names = await readdir(folder).catch(() => []);
  const keys = await Promise.all(
    names
      .filter((name) => name.endsWith('.pub'))
      .sort()
      .slice(0, KEYS_MAX)
      .map(async (name) => sshKeyOf(name, await readShort(join(folder, name)))),
  );
  return keys.filter((key) => key !== null);
}

async function readShort(path: string): Promise<string> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null);
  if (handle === null) return '';
  try {
    if (!(await handle.stat()).isFile()) return '';
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(KEY_FILE_MAX), 0, KEY_FILE_MAX, 0);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await handle.close();
  }
}

/** Null where the text is no public key. */
export function sshKeyOf(name: string, text: string): SshKey | null {
  const line = PublicKey.safeParse((text.split('\n')[0] ?? '').trim());
  if (!line.success) return null;
  const [type = '', blob = '', ...comment] = line.data.split(' ');
  // As ssh-keygen -l: the sum of the key itself, without the padding of base64.
  const fingerprint = `SHA256:${createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '')}`;
  return { name, type, comment: comment.join(' '), fingerprint, line: line.data };
}

/**
 * Makes an Ed25519 pair without a passphrase: `to`, and `to`.pub beside it. What is there is never overwritten ('exists') nor removed: the pair
 * is made in a private folder, and only what was put in its place goes again when the other half cannot be.
 */
export async function makeSshKey({ path }: SaveTarget): Promise<SshKey> {
  const folder = await mkdtemp(join(tmpdir(), 'guesthouse-key-'));
  const made = join(folder, 'key');
  try {
    await runTool(keygen, ['-q', '-t', 'ed25519', '-N', '', '-C', `${userInfo().username}@${hostname()}`, '-f', made]);
    const key = sshKeyOf(`${basename(path)}.pub`, await readFile(`${made}.pub`, 'utf8'));
    if (key === null) throw new BackendError('internal', 'The key that was made cannot be read.');
    await place(made, path);
    await place(`${made}.pub`, `${path}.pub`).catch(async (error: unknown) => {
      await rm(path, { force: true });
      throw error;
    });
    return key;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function place(file: string, to: string): Promise<void> {
  try {
    await copyFile(file, to, constants.COPYFILE_EXCL);
  } catch (error) {
    const { code, message } =
      error instanceof Error ? { code: Reflect.get(error, 'code'), message: error.message } : { code: null, message: null };
    if (code !== 'EEXIST') {
      throw new BackendError('bad-file', `The key could not be written as “${basename(to)}”.`, {
        reason: message,
        remedy: 'Choose another folder for it.',
        cause: error,
      });
    }
    throw new BackendError('exists', `There is a file “${basename(to)}” already.`, {
      remedy: 'Choose another name: a key is never overwritten.',
    });
  }
}
