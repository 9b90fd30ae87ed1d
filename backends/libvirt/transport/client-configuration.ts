import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendError } from '../../errors.ts';
import type { Surroundings } from './local-socket.ts';
import { parseSettings, type Setting } from './settings-text.ts';

const SIZE_MAX = 1024 * 1024;
// libvirt: src/libvirt.c, the characters that an alias may have; an address always has others.
const ALIAS = /^[A-Za-z0-9_-]+$/;

/** A file as text; null where there is none. */
export type ReadText = (path: string) => Promise<string | null>;

/**
 * The URI that libvirt's own client would take for what a person has written: an alias of their libvirt.conf, or nothing at all, which is the
 * default of LIBVIRT_DEFAULT_URI, then of that file, then the daemon that needs no rights. Anything else is left as it is, and no file is read for it.
 * https://libvirt.org/uri.html. Rejects with 'bad-uri' for an unknown alias, with 'bad-file' for a configuration that cannot be read.
 */
export async function resolveAddress(text: string, surroundings: Surroundings, read: ReadText = readText): Promise<string> {
  const wanted = text.trim();
  if (wanted === '') {
    const { uid, environment } = surroundings;
    const given = environment['LIBVIRT_DEFAULT_URI'] || (await load(surroundings, read)).get('uri_default');
    if (typeof given === 'string' && given !== '') return given;
    return uid === 0 ? 'qemu:///system' : 'qemu:///session';
  }
  if (!ALIAS.test(wanted)) return text;
  const aliases = (await load(surroundings, read)).get('uri_aliases');
  const found = Array.isArray(aliases) ? aliases.find((entry) => entry.startsWith(`${wanted}=`)) : undefined;
  if (found !== undefined) return found.slice(wanted.length + 1);
  throw new BackendError('bad-uri', `“${wanted.slice(0, 100)}” is neither a libvirt address nor an alias of one.`, {
    reason: `There is no such alias in ${configurationFile(surroundings)}.`,
    remedy: 'Write the address in full, such as qemu+ssh://user@host/system.',
  });
}

/** libvirt reads one of them only: root's is the machine's. */
function configurationFile({ uid, environment, home }: Surroundings): string {
  if (uid === 0) return '/etc/libvirt/libvirt.conf';
  return join(environment['XDG_CONFIG_HOME'] || join(home, '.config'), 'libvirt/libvirt.conf');
}

async function load(surroundings: Surroundings, read: ReadText): Promise<ReadonlyMap<string, Setting>> {
  const file = configurationFile(surroundings);
  const broken = (line: number, what: string) =>
    new BackendError('bad-file', `${file}, line ${line}: ${what}.`, { remedy: 'Correct that line, or write the address in full.' });
  const text = await read(file).catch((cause: NodeJS.ErrnoException) => {
    throw new BackendError('bad-file', `${file} cannot be read.`, { reason: cause.message, cause });
  });
  if (text === null) return new Map();
  if (text.length > SIZE_MAX) throw broken(1, 'it is too large for a configuration');
  const settings = new Map<string, Setting>();
  for (const { name, line, value } of parseSettings(text, broken)) {
    if (name === 'uri_default' && typeof value !== 'string') throw broken(line, '"uri_default" must be a string');
    if (name === 'uri_aliases') checkAliases(value, (what) => broken(line, what));
    settings.set(name, value);
  }
  return settings;
}

function checkAliases(value: Setting, broken: (what: string) => BackendError): void {
  if (!Array.isArray(value)) throw broken('"uri_aliases" must be a list of strings');
  const wrong = value.find((entry) => !/^[A-Za-z0-9_-]+=./.test(entry));
  if (wrong !== undefined) throw broken('an alias looks like "name=qemu+ssh://user@host/system"');
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
}
