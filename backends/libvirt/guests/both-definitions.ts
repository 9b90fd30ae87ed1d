import { BackendError } from '../../errors.ts';
import { failedWith } from '../failed-with.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { parseXml, serialize, type XmlElement } from '../xml/document.ts';

/** libvirt: virDomainModificationImpact. */
export const Affect = { live: 1, config: 2 } as const;

/** What a guest runs with, null while it is off, and what its next start takes, null where it has none. */
export interface BothDefinitions {
  readonly running: XmlElement | null;
  readonly next: XmlElement | null;
}

export async function bothDefinitions(host: LibvirtHost, dom: Domain): Promise<BothDefinitions> {
  const { persistent } = await host.call(remote.domainIsPersistent, { dom });
  const [running, next] = await Promise.all([
    dom.id < 0 ? null : host.domainXml(dom, DomainXml.live).then(parseXml),
    persistent === 0 ? null : host.domainXml(dom, DomainXml.inactive).then(parseXml),
  ]);
  return { running, next };
}

/**
 * Adds a device to the definition and, with `live`, to the running guest. What libvirt cannot add while a guest runs is there from the next
 * start on; only a guest without one has it refused.
 */
export async function addDevice(
  host: LibvirtHost,
  dom: Domain,
  device: XmlElement,
  { live, config }: { readonly live: boolean; readonly config: boolean },
): Promise<'now' | 'next-start'> {
  const xml = serialize(device);
  if (config) await host.job(remote.domainAttachDeviceFlags, { dom, xml, flags: Affect.config });
  if (!live) return 'next-start';
  try {
    await host.job(remote.domainAttachDeviceFlags, { dom, xml, flags: Affect.live });
    return 'now';
  } catch (error) {
    if (!config || failedWith(error, 'connection-lost', 'outcome-unknown', 'cancelled')) throw error;
    return 'next-start';
  }
}

/** For a guest that could only be changed while it is running, and cannot. */
export const nowhereToAdd = (): BackendError =>
  new BackendError('invalid-state', 'This guest exists only while it runs, and nothing can be kept for its next start.', {
    remedy: 'Define the guest on its host first.',
  });
