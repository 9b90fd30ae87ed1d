import { access, constants, readFile } from 'node:fs/promises';
import type { InspectionOutlook } from '#model/inspection';
import type { GuestId } from '#model/guest';
import type { Inspector, Operation } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import { failedWith } from '../failed-with.ts';
import { shellWord } from '../guests/guest-actions.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { runHere } from '../transport/run-program.ts';
import { parseXml } from '../xml/document.ts';
import { type GuestDisk, type GuestDisks, guestDisksIn, whereIs } from './guest-disks.ts';
import { readInspection } from './read-inspection.ts';
import { serveDisks, volumeOf } from './served-disks.ts';
import { type InspectedImage, runVirtInspector } from './virt-inspector.ts';

const HERE = 'this computer';

/**
 * What is installed in a guest, read from its disks by libguestfs' own tool. It runs where the disks are as far as it can: beside them over
 * ssh, or here with the files; else here with what the host's daemon downloads of them as it is asked for, which takes no right to the files.
 */
export function createInspector(host: LibvirtHost): Inspector {
  return {
    outlook: (id) => outlookOf(host, id),
    inspect: async (id, operation) => {
      const { dom, running, found } = await look(host, id);
      if (found.disks.length === 0) throw nothingToRead(found);
      const at = Date.now();
      const text = await inspect(host, found.disks, operation).catch((error: unknown) => {
        throw operation.signal.aborted ? new BackendError('cancelled', 'Looking into the disks was cancelled.') : error;
      });
      operation.report('Reading what was found', null);
      // It may have been started meanwhile.
      return { at, running: running || (await isRunning(host, dom)), systems: text === '' ? [] : await readInspection(text) };
    },
  };
}

async function outlookOf(host: LibvirtHost, id: GuestId): Promise<InspectionOutlook> {
  const { dom, running, found } = await look(host, id);
  return {
    disks: found.disks.map(({ target, source }) => ({ target, source: whereIs(source) })),
    left: found.left,
    running,
    command: ['virt-inspector', '--no-icon', '-c', host.driverUri, '-d', dom.name].map(shellWord).join(' '),
  };
}

async function look(host: LibvirtHost, id: GuestId): Promise<{ dom: Domain; running: boolean; found: GuestDisks }> {
  const dom = await host.domainOf(id);
  // Of a guest that runs, what it runs with: a disk may wait for the next start.
  const [running, xml] = await Promise.all([isRunning(host, dom), host.domainXml(dom, DomainXml.live)]);
  return { dom, running, found: guestDisksIn(parseXml(xml)) };
}

const isRunning = async (host: LibvirtHost, dom: Domain): Promise<boolean> =>
  (await host.call(remote.domainIsActive, { dom })).active !== 0;

async function inspect(host: LibvirtHost, disks: readonly GuestDisk[], operation: Operation): Promise<string> {
  const { signal } = operation;
  const { local, route, facts } = host;
  const paths = await pathsOf(host, disks);
  if (paths !== null && route.run !== null && local && (await areReadable(paths))) {
    operation.report('Reading the disks', null);
    return runVirtInspector(route.run, HERE, paths, { emulated: await isEmulatedHere(), signal });
  }
  if (paths !== null && route.run !== null && !local) {
    operation.report(`Reading the disks on ${facts.hostname}`, null);
    const emulated = (await host.acceleration()).kind !== 'kvm';
    try {
      return await runVirtInspector(route.run, facts.hostname, paths, { emulated, signal });
    } catch (error) {
      // What cannot be done there may be done from here.
      if (!failedWith(error, 'unsupported', 'permission')) throw error;
    }
  }
  const served = await serveDisks(host, disks, operation);
  try {
    return await runVirtInspector(runHere(process.env), HERE, served.images, { emulated: await isEmulatedHere(), signal });
  } catch (error) {
    throw served.failure ?? error;
  } finally {
    await served.close();
  }
}

/** Where the disks are as files of the host; null where one of them is none. */
async function pathsOf(host: LibvirtHost, disks: readonly GuestDisk[]): Promise<InspectedImage[] | null> {
  const images: InspectedImage[] = [];
  for (const { source, format } of disks) {
    const image = source.kind === 'volume' ? (await volumeOf(host, source))?.key : source.path;
    if (image === undefined || !image.startsWith('/')) return null;
    images.push({ image, format });
  }
  return images;
}

async function areReadable(images: readonly InspectedImage[]): Promise<boolean> {
  const readable = images.map(({ image }) =>
    access(image, constants.R_OK).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(readable)).every(Boolean);
}

/** libguestfs takes /dev/kvm for KVM wherever it opens; see `findAcceleration` for where it is none. */
async function isEmulatedHere(): Promise<boolean> {
  const stoodIn = access('/sys/module/kvm_pvm').then(
    () => true,
    () => false,
  );
  const cpuinfo = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  return (await stoodIn) || (/^flags\s*:/m.test(cpuinfo) && !/^flags\s*:.*\b(vmx|svm)\b/m.test(cpuinfo));
}

function nothingToRead({ left }: GuestDisks): BackendError {
  const reason = left.map(({ target, why }) => `${target}: ${why}.`).join(' ');
  return new BackendError('unsupported', 'The guest has no disk that could be looked into.', { reason: reason || null });
}
