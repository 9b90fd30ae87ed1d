import type { FieldRow } from '#model/hardware-field';
import { attribute, child, children, element, type XmlElement } from '../../xml/document.ts';
import { replaced, withAttributes, withChild, withList } from '../../xml/edit.ts';
import { choice, choiceField, listOf, plain, textField } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { devicesOf, isBareXen, isContainer, isXen } from '../hardware-context.ts';
import { numberOf, only } from './part-fields.ts';

const SECTION = 'Order';
const ORDER_MAX = 1000;

/** What firmware can start a system from (libvirt: virDomainDeviceInfo's bootIndex). */
const bootable: ReadonlySet<string> = new Set(['disk', 'interface', 'hostdev', 'redirdev']);

interface Candidate {
  readonly device: XmlElement;
  /** What it is called in the list, and no other is. */
  readonly name: string;
}

function candidatesIn(domain: XmlElement): Candidate[] {
  const devices = devicesOf(domain).filter((device) => bootable.has(device.name) || child(device, 'boot') !== null);
  const names = devices.map(nameOf);
  return devices.map((device, index) => {
    const name = names[index] ?? '';
    const before = names.slice(0, index).filter((other) => other === name).length;
    return { device, name: before === 0 ? name : `${name} (${before + 1})` };
  });
}

function nameOf(device: XmlElement): string {
  switch (device.name) {
    case 'disk': {
      const kind = { cdrom: 'CD-ROM', floppy: 'Floppy', lun: 'LUN' }[attribute(device, 'device') ?? ''] ?? 'Disk';
      return `${kind} ${attribute(child(device, 'target'), 'dev') ?? ''}`.trim();
    }
    case 'interface':
      return `Network card ${attribute(child(device, 'mac'), 'address') ?? ''}`.trim();
    case 'hostdev':
      return `Host device ${hostDeviceWords(device)}`.trim();
    case 'redirdev':
      return 'Redirected USB device';
    default:
      return device.name;
  }
}

function hostDeviceWords(device: XmlElement): string {
  const source = child(device, 'source');
  const ids = [attribute(child(source, 'vendor'), 'id'), attribute(child(source, 'product'), 'id')].filter((id) => id !== null);
  const address = child(source, 'address');
  const place = ['domain', 'bus', 'slot', 'function']
    .map((name) => attribute(address, name)?.replace('0x', ''))
    .filter((part) => part !== undefined);
  return `${(attribute(device, 'type') ?? '').toUpperCase()} ${ids.length > 0 ? ids.join(':') : place.join(':')}`;
}

/** Those that are tried, in their order: each by its own number, else the first of each sort that <os> names (libvirt: qemuBuildBootIndex). */
function triedIn(domain: XmlElement): Candidate[] {
  const all = candidatesIn(domain);
  const numbered = all
    .map((one) => ({ one, order: numberOf(child(one.device, 'boot'), 'order') }))
    .filter(({ order }) => order !== null)
    .sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
  if (numbered.length > 0) return numbered.map(({ one }) => one);
  const sorts = children(child(domain, 'os'), 'boot').map((boot) => attribute(boot, 'dev'));
  return sorts.flatMap((sort) => all.find(({ device }) => sortOf(device) === sort) ?? []);
}

function sortOf(device: XmlElement): string | null {
  if (device.name === 'interface') return 'network';
  if (device.name !== 'disk') return null;
  return { cdrom: 'cdrom', floppy: 'fd' }[attribute(device, 'device') ?? ''] ?? 'hd';
}

function readOrder(domain: XmlElement): FieldRow[] {
  const tried = triedIn(domain);
  const rest = candidatesIn(domain).filter(({ name }) => !tried.some((one) => one.name === name));
  return [...tried.map(({ name }) => ({ device: name, tried: true })), ...rest.map(({ name }) => ({ device: name, tried: false }))];
}

function writeOrder(domain: XmlElement, rows: readonly FieldRow[]): XmlElement {
  const tried = rows.filter((row) => row['tried'] === true).map((row) => row['device']);
  const candidates = candidatesIn(domain);
  const made = withChild(domain, 'devices', (devices) =>
    devices === null
      ? null
      : candidates.reduce((all, { device, name }) => replaced(all, device, ordered(device, tried.indexOf(name))), devices),
  );
  return withChild(made, 'os', (os) => (os === null ? null : withList(os, ['boot'], [])));
}

const ordered = (device: XmlElement, place: number): XmlElement =>
  withChild(device, 'boot', (old) => (place < 0 ? null : withAttributes(old ?? element('boot'), { order: place + 1 })));

const sorts = [choice('hd', 'Disk'), choice('cdrom', 'CD-ROM'), choice('network', 'Network'), choice('fd', 'Floppy')];

export const bootOrder: readonly BoundField[] = [
  ...only(
    (context) => !isXen(context) && !isContainer(context),
    listOf(
      'order',
      {
        label: 'Tried in this order',
        help: 'The firmware starts the first of them that has a system on it. What is not ticked is not tried.',
        section: SECTION,
        ordered: true,
        columns: (context) => [
          textField('device', { label: 'Device', fixed: 'It is what the guest has.', maxLength: 512 }, context),
          { ...plain('tried', { label: 'Tried' }, context), kind: 'toggle' },
        ],
        max: ORDER_MAX,
      },
      readOrder,
      writeOrder,
    ),
  ),
  // Xen knows sorts of devices only (libvirt: src/libxl/libxl_conf.c, libxlMakeDomBuildInfo).
  ...only(
    (context) => isXen(context) && !isBareXen(context),
    listOf(
      'order-by-sort',
      {
        label: 'Tried in this order',
        section: SECTION,
        ordered: true,
        columns: (context) => [choiceField('dev', { label: 'Sort of device', choices: sorts }, context)],
        add: { label: 'Add one', row: { dev: 'hd' } },
        max: 4,
      },
      (domain) => children(child(domain, 'os'), 'boot').map((boot) => ({ dev: attribute(boot, 'dev') })),
      (domain, rows) =>
        withChild(domain, 'os', (os) =>
          os === null
            ? null
            : withList(
                os,
                ['boot'],
                rows.map(({ dev }) => element('boot', { dev: typeof dev === 'string' ? dev : null })),
              ),
        ),
    ),
  ),
];
