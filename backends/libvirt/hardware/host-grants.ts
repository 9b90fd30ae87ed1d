import type { LibvirtHost } from '../host/libvirt-host.ts';
import { failedWith } from '../failed-with.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, child, children, descendants, serialize, text, type XmlElement } from '../xml/document.ts';

const QEMU = 'http://libvirt.org/schemas/domain/qemu/1.0';

/**
 * What of the host the guest would get by the change, in words: files and folders that are no volumes of its pools, devices, arguments for
 * the emulator, which may be anything. Nothing of this a window may give away by itself.
 */
export async function hostGrants(before: XmlElement, after: XmlElement, isVolume: (path: string) => Promise<boolean>): Promise<string[]> {
  const had = new Set(namedOnHost(before).map(({ key }) => key));
  const fresh = namedOnHost(after).filter(({ key }) => !had.has(key));
  const words = await Promise.all(fresh.map(async ({ path, says }) => (path !== null && (await isVolume(path)) ? [] : [says])));
  return [...new Set(words.flat())];
}

interface Named {
  readonly key: string;
  readonly path: string | null;
  readonly says: string;
}

function namedOnHost(domain: XmlElement): Named[] {
  const paths = everyText(domain).filter((value) => value.startsWith('/'));
  const devices = descendants(domain, 'hostdev').flatMap((hostdev) => {
    const source = child(hostdev, 'source');
    return source === null
      ? []
      : [{ key: serialize(source), path: null, says: `the host’s own ${attribute(hostdev, 'type') ?? ''} device` }];
  });
  const given = children(child(domain, `{${QEMU}}commandline`)).map((one) => {
    const value = attribute(one, 'value') ?? attribute(one, 'name') ?? '';
    return { key: serialize(one), path: null, says: `“${value}” for the emulator, which may reach anything that it may` };
  });
  return [...paths.map((path) => ({ key: path, path, says: path })), ...devices, ...given];
}

function everyText(element: XmlElement): string[] {
  const inner = children(element);
  return [...element.attributes.values(), ...(inner.length === 0 ? [text(element)] : []), ...inner.flatMap(everyText)];
}

/** Whether one of the host's pools has it. */
export async function isVolume(host: Pick<LibvirtHost, 'call'>, path: string): Promise<boolean> {
  try {
    await host.call(remote.storageVolLookupByPath, { path });
    return true;
  } catch (error) {
    if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
    return false;
  }
}
