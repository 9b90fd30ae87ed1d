import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Operation } from '../../backend.ts';
import type { ByteStream } from '../../byte-stream.ts';
import { BackendError } from '../../errors.ts';
import { openSerialConsole } from '../consoles/serial-console.ts';
import { failedWith } from '../failed-with.ts';
import { findDomain, forceOff } from '../deletion/domain-removal.ts';
import type { EnduringHost } from '../host/enduring-host.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { element, serialize } from '../xml/document.ts';
import { readLines } from './console-lines.ts';
import type { PlannedTree } from './guest-plan.ts';
import { fillingWords, treeScript } from './tree-script.ts';

/** A limit, not a share: nothing of it is taken before it is needed. */
const MEMORY_KIB = 2 * 1024 * 1024;
/** Of what its programs say, so much is told when they fail. */
const LAST_LINES = 4;
/** Before its console is opened anew. */
const LISTEN_AGAIN_MS = 200;

/** libvirt's name for the first console. */
const CONSOLE = 'console0';

/** As tar says it, too. */
const FULL = /no space left on device|disk quota exceeded|wrote only \d+ of/i;

interface Work {
  /** Of the container. */
  readonly id: string;
  /** Its folder on the host. */
  readonly tree: string;
  readonly words: readonly string[];
  /** Programs in it may use the host's network; else it has none. */
  readonly network: boolean;
  readonly signal?: AbortSignal;
  /** What it is told when it asks. */
  readonly secret?: string | null;
  /** What it says, as it comes from the host, and how far it is (0 to 1), where that is known. */
  readonly onProgress?: (line: string | null, progress: number | null) => void;
}

/**
 * Lets a container of libvirt's work on a folder that only the host's root may fill. Guesthouse needs no right of its own for it, and it is the
 * same on any host: whoever may define containers there may have this one. It is transient and ends with its work. Rejects where the work
 * failed; on abort with the signal's reason, and then the container still runs.
 */
export async function workOnTree(host: EnduringHost, work: Work): Promise<void> {
  const nonce = randomUUID();
  const xml = workerXml(work, [nonce, work.tree, ...work.words]);
  const find = (each: LibvirtHost) => findDomain(each, work.id);
  const start = async (each: LibvirtHost) => (await each.job(remote.domainCreateXml, { xmlDesc: xml, flags: 0 })).dom;
  const dom = await host.change(start, find, work.signal);
  const last = await follow(host, dom, nonce, work);
  const isGone = async (each: LibvirtHost) => ((await findDomain(each, work.id)) === null ? true : null);
  await host.change((each) => forceOff(each, dom).then(() => true), isGone, work.signal);
  if (last.verdict !== 'done') throw failureOf(last);
}

type Filling = Omit<PlannedTree, 'pool' | 'name'>;

/** Puts a container's files into its folder, which is empty. What it made is left there when it fails. `id`: of the container that does it. */
export async function fillTree(host: EnduringHost, id: string, filling: Filling, operation: Operation): Promise<void> {
  const { fill, path, rootPasswordHash } = filling;
  const step = fill.kind === 'archive' ? 'Unpacking the archive' : 'Putting the system together';
  const onProgress = (line: string | null, progress: number | null) =>
    operation.report(line === null || fill.kind === 'archive' ? step : `${step}: ${line}`, progress);
  const words = fillingWords(filling);
  const network = fill.kind === 'bootstrap';
  await workOnTree(host, { id, tree: path, words, network, secret: rootPasswordHash, signal: operation.signal, onProgress });
}

interface Ending {
  /** "done", or what went wrong; null: it ended without a word. */
  readonly verdict: string | null;
  readonly lines: readonly string[];
}

/** Its console is opened anew when the link to the host was cut: the last word is repeated. */
async function follow(host: EnduringHost, dom: Domain, nonce: string, { id, signal, secret, onProgress }: Work): Promise<Ending> {
  const lines: string[] = [];
  const hear = async (line: string, stream: ByteStream): Promise<string | null> => {
    if (!line.startsWith(`${nonce} `)) {
      if (line === '') return null;
      lines.splice(0, lines.length - LAST_LINES + 1);
      lines.push(line);
      onProgress?.(line, null);
      return null;
    }
    const [verdict = '', ...rest] = line.slice(nonce.length + 1).split(' ');
    if (verdict === 'secret') {
      // It asks again where this is lost on the way.
      if (typeof secret === 'string') await stream.write(Buffer.from(`${secret}\n`));
      return null;
    }
    if (verdict !== 'at') return [verdict, ...rest].join(' ');
    const [at, size] = rest.map(Number);
    onProgress?.(null, at !== undefined && size !== undefined && size > 0 ? Math.min(1, at / size) : null);
    return null;
  };
  for (;;) {
    const verdict = await listen(host, dom, hear, signal);
    signal?.throwIfAborted();
    if (verdict !== null) return { verdict, lines };
    if ((await host.read((each) => findDomain(each, id))) === null) return { verdict: null, lines };
    await setTimeout(LISTEN_AGAIN_MS, undefined, { signal });
  }
}

/** Null: the console ended, whatever the reason. */
async function listen(
  host: EnduringHost,
  dom: Domain,
  hear: (line: string, stream: ByteStream) => Promise<string | null>,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const stream = await host
    .read((each) => openSerialConsole(each, dom, { name: CONSOLE, isFirst: true }, true))
    .catch((error: unknown) => {
      if (failedWith(error, 'not-found', 'invalid-state')) return null;
      throw error;
    });
  if (stream === null) return null;
  const stop = () => void stream.close();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    for await (const line of readLines(stream.read())) {
      const verdict = await hear(line, stream);
      if (verdict !== null) return verdict;
    }
  } catch (error) {
    if (!failedWith(error, 'connection-lost')) throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await stream.close();
  }
  return null;
}

/** Why a folder is not emptied (`apart` of the script). */
const keptWords: ReadonlyMap<string, string> = new Map([
  ['link', 'It is a link now.'],
  ['mounted', 'Something is mounted on it or in it.'],
  ['used', 'By a link of the host, it holds something that another guest or pool needs, or lies in it.'],
]);
const REMOVE_YOURSELF = 'Look at what is in it on the host, and delete it there if it is of no use.';

function failureOf({ verdict, lines }: Ending): BackendError {
  const said = lines.length === 0 ? null : lines.join(' ');
  const [word = '', program = ''] = (verdict ?? '').split(' ');
  if (word === 'missing') {
    const remedy = `Install it there, or choose a root that is unpacked already.`;
    return new BackendError('unsupported', `The host has no program “${program}”.`, { remedy });
  }
  if (word === 'layers') {
    const remedy = 'Save one image alone, of one architecture; or export a container of it (docker export, podman export).';
    return new BackendError('bad-file', 'The archive holds layers, but not one image that can be put together from them.', { remedy });
  }
  if (word === 'no-init') {
    const remedy = 'Choose another archive, or the program in it that is to be started first.';
    return new BackendError('bad-file', 'The first program of the container is not among its files.', { remedy });
  }
  if (word === 'no-root') {
    const remedy = 'Choose another archive, or leave the password out.';
    return new BackendError('bad-file', 'The container’s files have no user “root” whose password could be set.', { remedy });
  }
  const kept = keptWords.get(word);
  if (kept !== undefined)
    return new BackendError('in-use', 'The folder stays with what is in it.', { reason: kept, remedy: REMOVE_YOURSELF });
  if (word === 'stays') {
    return new BackendError('permission', 'Not all that is in the folder could be deleted.', { reason: said, remedy: REMOVE_YOURSELF });
  }
  if (said !== null && FULL.test(said)) {
    return new BackendError('no-space', 'The storage pool is full.', { reason: said, remedy: 'Make room, or choose another pool.' });
  }
  if (word === 'failed') return new BackendError('bad-file', 'The files of the container could not be put into place.', { reason: said });
  return new BackendError('invalid-state', 'The container that worked on the files ended before it was done.', { reason: said });
}

/** The host's files to read, the tree to write: libvirt makes all that is mounted below / read-only too (lxc_container.c). */
function workerXml({ id, tree, network }: Work, words: readonly string[]): string {
  const mount = (dir: string) => [element('source', { dir }), element('target', { dir })];
  const document = element(
    'domain',
    { type: 'lxc' },
    element('name', {}, `guesthouse-${id}`),
    element('uuid', {}, id),
    element('title', {}, 'Works on the files of a container, and ends'),
    element('memory', { unit: 'KiB' }, String(MEMORY_KIB)),
    element('vcpu', {}, '1'),
    element(
      'os',
      {},
      element('type', {}, 'exe'),
      element('init', {}, '/bin/sh'),
      ...['-c', treeScript, 'sh', ...words].map((word) => element('initarg', {}, word)),
    ),
    network ? null : element('features', {}, element('privnet')),
    element('on_reboot', {}, 'destroy'),
    element('seclabel', { type: 'none' }),
    element(
      'devices',
      {},
      element('filesystem', { type: 'mount' }, ...mount('/'), element('readonly')),
      element('filesystem', { type: 'mount' }, ...mount(tree)),
      element('console', { type: 'pty' }),
    ),
  );
  return serialize(document);
}
