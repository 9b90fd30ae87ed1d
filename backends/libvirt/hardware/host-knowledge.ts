import type { UseKind } from '#model/storage-use';
import { listed } from '../../storage-graph.ts';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import type { DiskSource } from '../storage/disk-uses.ts';
import { graphOf, type StoragePicture, volumeOf } from '../storage/storage-needs.ts';
import { readStoragePicture } from '../storage/storage-picture.ts';
import { attribute, child, parseXml } from '../xml/document.ts';

/** What only the host can tell of what a definition names. */
export interface HostKnowledge {
  /** Whether one of its pools has it. */
  isVolume(path: string): Promise<boolean>;
  /**
   * How other guests need it, as the end of a sentence: "“web” has"; null: none does. A medium in a drive, like an installation disc, is
   * everybody's.
   */
  othersWith(source: DiskSource): Promise<string | null>;
  /** Whether a card on that network is a device of the host. */
  handsOutDevices(network: string): Promise<boolean>;
}

/** As `guest`, by its UUID, is to be judged. All is asked of the host when it is needed first, and once. */
export function knowledgeOf(host: LibvirtHost, guest: string): HostKnowledge {
  let picture: Promise<StoragePicture> | null = null;
  return {
    isVolume: (path) => holds(host.call(remote.storageVolLookupByPath, { path })),
    othersWith: async (source) => {
      picture ??= readStoragePicture(host, null);
      return othersIn(await picture, source, guest);
    },
    handsOutDevices: async (name) => {
      try {
        const { net } = await host.call(remote.networkLookupByName, { name });
        const { xml } = await host.call(remote.networkGetXmlDesc, { net, flags: 0 });
        return deviceModes.has(attribute(child(parseXml(xml), 'forward'), 'mode') ?? '');
      } catch (error) {
        if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
        return false;
      }
    },
  };
}

/** A virtual function of a network card, and a card for the guest alone. */
const deviceModes: ReadonlySet<string> = new Set(['hostdev', 'passthrough']);

/** The same, of a change that makes these volumes itself: nobody has them yet, and no pool has them before. */
export const withMade = (host: HostKnowledge, paths: ReadonlySet<string>): HostKnowledge => ({
  ...host,
  isVolume: async (path) => paths.has(path) || host.isVolume(path),
});

function othersIn(picture: StoragePicture, source: DiskSource, guest: string): string | null {
  const graph = graphOf(picture);
  const volume = volumeOf(source, picture);
  if (source.kind === 'volume' && volume === null) return null;
  const identity = picture.identityOf(source.kind === 'volume' ? (volume?.path ?? '') : source.path);
  const ownersOf = (file: string, kinds: readonly UseKind[]) => {
    const users = graph
      .usersOf({ identity: file })
      .filter((user) => user.guest !== guest && user.kinds.some((kind) => kinds.includes(kind)));
    return users.map(({ name }) => name);
  };
  const users = ownersOf(identity, ['disk', 'base', 'boot', 'snapshot']);
  if (users.length > 0) return `${listed(users)} ${users.length === 1 ? 'has' : 'have'}`;
  const isOwn = (path: string) => graph.usersOf({ identity: picture.identityOf(path) }).some((user) => user.guest === guest);
  const overlays = graph.overlaysOf({ identity }).filter(({ path }) => !isOwn(path));
  if (overlays.length > 0) return `${listed(overlays.map(({ ref }) => ref.name))} ${overlays.length === 1 ? 'is' : 'are'} built on`;
  const known = volume === null ? null : graph.find(volume);
  const below = known === null ? [] : graph.chainOf(known).flatMap(({ path }) => ownersOf(picture.identityOf(path), ['disk']));
  return below.length === 0 ? null : `is built on a disk of ${listed(below)}`;
}

async function holds(found: Promise<unknown>): Promise<boolean> {
  try {
    await found;
    return true;
  } catch (error) {
    if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
    return false;
  }
}
