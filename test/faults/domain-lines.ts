import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { attribute, child, children, parseXml, text, type XmlElement } from '../../backends/libvirt/xml/document.ts';
import type { PrivateLibvirtd } from '../bed/private-libvirtd.ts';

const run = promisify(execFile);

/** What libvirt keeps of a definition, with all that it adds to it by itself. Nothing of it stays. */
export async function keptByLibvirt(daemon: PrivateLibvirtd, uri: string, definition: string): Promise<XmlElement> {
  const file = join(daemon.dir, 'kept.xml');
  await writeFile(file, definition);
  const virsh = async (...words: string[]) => (await run('virsh', ['-c', uri, ...words])).stdout;
  await virsh('define', file, '--validate');
  const name = text(child(parseXml(definition), 'name'));
  const kept = await virsh('dumpxml', name, '--inactive');
  await virsh('undefine', name, ...(uri.startsWith('lxc') ? [] : ['--nvram', '--tpm']));
  return parseXml(kept);
}

/** Identities that are chosen by chance, and places on buses, which follow from the order of devices. */
const ofChance = new Set(['uuid', 'mac', 'address', 'alias']);

/** Every word of a definition, a line each. Devices are told apart by what the guest sees them by, and else counted. */
export function linesOf(domain: XmlElement): string[] {
  return children(domain)
    .flatMap((part) => (part.name === 'devices' ? devicesOf(part) : linesUnder(part, part.name)))
    .concat(own(domain, 'domain'))
    .sort();
}

function devicesOf(devices: XmlElement): string[] {
  const counts = new Map<string, number>();
  return children(devices).flatMap((device) => {
    const name = nameOf(device);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return linesUnder(device, count === 1 ? name : `${name} ${count}`);
  });
}

function nameOf(device: XmlElement): string {
  if (device.name === 'disk') return `disk ${attribute(child(device, 'target'), 'dev')}`;
  const told =
    device.name === 'controller'
      ? [attribute(device, 'type'), attribute(device, 'model')]
      : ['graphics', 'input', 'channel'].includes(device.name)
        ? [attribute(device, 'type')]
        : [];
  return [device.name, ...told.filter((word) => word !== null)].join(' ');
}

function linesUnder(element: XmlElement, path: string): string[] {
  if (ofChance.has(element.name)) return [];
  return [...own(element, path), ...children(element).flatMap((part) => linesUnder(part, `${path} / ${part.name}`))];
}

function own(element: XmlElement, path: string): string[] {
  const words = [...element.attributes].map(([name, value]) => `${path} ${name}=${value}`);
  const said = children(element).length === 0 ? text(element).trim() : '';
  return [
    ...words,
    ...(said === '' ? [] : [`${path}: ${said}`]),
    ...(words.length === 0 && said === '' && children(element).length === 0 ? [path] : []),
  ];
}
