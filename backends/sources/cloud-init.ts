import { type Document, isMap, parseDocument, stringify } from 'yaml';
import type { CloudInit, CloudInitPreview } from '#model/cloud-init';
import { BackendError } from '../errors.ts';
import type { Disc } from './disc.ts';

// cloud-init reads with PyYAML, which knows 1.1: there "no" is false and 0644 octal, and what is a string must be written as one for it.
const yaml = { version: '1.1', uniqueKeys: true } as const;
const PROBLEMS_MAX = 20;

/** Both documents as the image will read them, and what is wrong with the person's own one, which then is left out. */
export function previewCloudInit(cloudInit: CloudInit, instance = 'preview'): CloudInitPreview {
  const own = parseOwn(cloudInit.own);
  const problems = problemsOf(own);
  return { userData: userData(cloudInit, problems.length === 0 ? own : null), metaData: metaData(cloudInit, instance), problems };
}

/** The disc of the NoCloud data source (docs.cloud-init.io, "NoCloud"). Throws 'bad-input' where the person's own document cannot be read. */
export function cloudInitDisc(cloudInit: CloudInit, instance: string): Disc {
  const { userData: user, metaData: meta, problems } = previewCloudInit(cloudInit, instance);
  const [first] = problems;
  if (first !== undefined) {
    throw new BackendError('bad-input', 'The cloud-config of your own cannot be read.', {
      reason: first.line === null ? first.message : `Line ${first.line}: ${first.message}`,
      remedy: 'Put it right, or leave it empty.',
    });
  }
  return { label: 'cidata', files: { 'user-data': user, 'meta-data': meta } };
}

function parseOwn(text: string | null): Document.Parsed | null {
  if (text === null || text.trim() === '') return null;
  return parseDocument(text, { ...yaml, prettyErrors: true });
}

function problemsOf(own: Document.Parsed | null): CloudInitPreview['problems'] {
  if (own === null) return [];
  const errors = own.errors.slice(0, PROBLEMS_MAX).map(({ message, linePos }) => ({
    line: linePos?.[0].line ?? null,
    message: message.split(/ at line |\n/)[0] ?? message,
  }));
  if (errors.length > 0) return errors;
  if (!isMap(own.contents))
    return [{ line: null, message: 'It must be a cloud-config: names with values, as in “timezone: Europe/Berlin”.' }];
  return hasBomb(own) ? [{ line: null, message: 'Its aliases stand for too much.' }] : [];
}

/** Aliases of aliases can stand for more than any memory holds; 100 are the library's own limit. */
function hasBomb(own: Document.Parsed): boolean {
  try {
    own.toJS({ maxAliasCount: 100 });
    return false;
  } catch {
    return true;
  }
}

function userData(cloudInit: CloudInit, own: Document.Parsed | null): string {
  const fromForm = Object.entries(cloudConfig(cloudInit));
  if (own === null) return `#cloud-config\n${fromForm.length === 0 ? '' : stringify(Object.fromEntries(fromForm), yaml)}`;
  // The person's document stays as it is written, comments and all; what it does not say comes from the form.
  for (const [key, value] of fromForm) if (!own.has(key)) own.set(key, value);
  // At the beginning of a line it is nothing but a comment: text of several lines is indented.
  return `#cloud-config\n${own.toString({ lineWidth: 0 }).replaceAll(/^#[ \t]*cloud-config[ \t]*\n/gm, '')}`;
}

/** In the keys that cloud-init has had since 2015 (docs.cloud-init.io, "Modules"): an older image must understand them too. */
function cloudConfig({ hostname, user, packages }: CloudInit): Record<string, unknown> {
  const hash = user?.passwordHash ?? null;
  return {
    ...(hostname !== null && { hostname: hostname.replace(/\..*/, ''), ...(hostname.includes('.') && { fqdn: hostname }) }),
    // The image's own first user by another name: with the groups and the rights that the image gives to it.
    ...(user !== null && { user: { name: user.name, lock_passwd: hash === null } }),
    ...(hash !== null && { password: hash, chpasswd: { expire: false } }),
    ...(user !== null && user.keys.length > 0 && { ssh_authorized_keys: user.keys }),
    ...(packages.length > 0 && { package_update: true, packages }),
  };
}

function metaData({ hostname }: CloudInit, instance: string): string {
  return stringify({ 'instance-id': instance, ...(hostname !== null && { 'local-hostname': hostname }) }, yaml);
}
