import type { Details } from './describe-each.ts';
import type { LibvirtHost } from './libvirt-host.ts';
import type { Network, Pool } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, child, parseXml, textAt } from '../xml/document.ts';

// libvirt: virSecretUsageType.
export const secretUses = ['', 'volume', 'Ceph', 'iSCSI', 'TLS', 'vTPM'] as const;

export async function describePool(host: LibvirtHost, pool: Pool): Promise<Details> {
  const { xml } = await host.call(remote.storagePoolGetXmlDesc, { pool, flags: 0 });
  const document = parseXml(xml);
  return { parent: null, detail: joined([attribute(document, 'type'), textAt(document, 'target', 'path')]) };
}

export async function describeNetwork(host: LibvirtHost, net: Network): Promise<Details> {
  const { xml } = await host.call(remote.networkGetXmlDesc, { net, flags: 0 });
  const document = parseXml(xml);
  const forward = child(document, 'forward');
  const bridge = attribute(child(document, 'bridge'), 'name');
  return { parent: null, detail: joined([forward === null ? 'isolated' : (attribute(forward, 'mode') ?? 'nat'), bridge]) };
}

/** Type, and what a person would know it by: maker and model, the name of its interface, its block device. */
export async function describeDevice(host: LibvirtHost, { name }: { readonly name: string }): Promise<Details> {
  const { xml } = await host.call(remote.nodeDeviceGetXmlDesc, { name, flags: 0 });
  const document = parseXml(xml);
  const capability = child(document, 'capability');
  const type = attribute(capability, 'type');
  const known = ['vendor', 'product', 'model', 'interface', 'block'].map((part) => textAt(capability, part));
  return {
    parent: textAt(document, 'parent'),
    detail: joined([type === null ? null : (deviceTypes.get(type) ?? type), known.filter(Boolean).join(' ') || null]),
  };
}

// libvirt: docs/formatnode. What is not here reads well enough as it is.
const deviceTypes: ReadonlyMap<string, string> = new Map([
  ['system', 'the computer itself'],
  ['pci', 'PCI'],
  ['usb_device', 'USB'],
  ['usb', 'USB interface'],
  ['net', 'network'],
  ['scsi_host', 'SCSI host'],
  ['scsi_target', 'SCSI target'],
  ['scsi', 'SCSI'],
  ['scsi_generic', 'SCSI generic'],
  ['storage', 'disk'],
  ['drm', 'graphics'],
  ['mdev', 'mediated'],
]);

export const joined = (parts: readonly (string | null)[]) => parts.filter((part) => part !== null && part !== '').join(', ');

/** When a snapshot or checkpoint was made, in seconds since 1970, as people read it everywhere. */
export function takenAt(seconds: string | null): string | null {
  const at = new Date(Number(seconds ?? NaN) * 1000);
  return Number.isNaN(at.getTime()) ? null : `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
