import { SaxesParser } from 'saxes';
import { GiB, MiB } from '#model/quantity';
import { badFile } from '../chosen-file.ts';

/** An appliance's descriptor (DMTF DSP0243), as far as a guest is made from it. */
export interface Ovf {
  name: string;
  system: string | null;
  vcpus: number | null;
  memory: number | null;
  firmware: 'bios' | 'uefi' | 'uefi-secure-boot';
  tpm: boolean;
  /** In the order in which the guest has them. `file` in the package. */
  readonly disks: { readonly id: string; readonly file: string; readonly capacity: number | null }[];
  readonly networks: string[];
}

interface Item {
  type: string;
  quantity: string;
  units: string;
  host: string;
  connection: string;
}

interface Reading {
  readonly ovf: Ovf;
  readonly files: Map<string, string>;
  readonly disks: Map<string, { readonly id: string; readonly file: string; readonly capacity: number | null }>;
  readonly order: string[];
  systems: number;
  item: Item | null;
}

const DEPTH_MAX = 64;
const ELEMENTS_MAX = 20_000;
const WORDS_MAX = 256;
const DISKS_MAX = 16;

/** Names without their namespaces: every packer has prefixes of its own. Rejects what is no such document with 'bad-file'. */
export function parseOvf(source: string): Ovf {
  const ovf: Ovf = { name: '', system: null, vcpus: null, memory: null, firmware: 'bios', tpm: false, disks: [], networks: [] };
  const reading: Reading = { ovf, files: new Map(), disks: new Map(), order: [], systems: 0, item: null };
  try {
    read(source, reading);
  } catch (error) {
    throw badFile('The description in this appliance cannot be read.', 'Choose another file.', {
      reason: error instanceof Error ? error.message : null,
    });
  }
  if (reading.systems !== 1) {
    throw badFile(
      reading.systems === 0 ? 'There is no guest in this appliance.' : 'This appliance has several guests.',
      'Unpack it, and import its disks one by one.',
    );
  }
  const listed = reading.order.flatMap((id) => reading.disks.get(id) ?? []);
  const all = [...new Set([...listed, ...reading.disks.values()])];
  if (all.length > DISKS_MAX) throw badFile('This appliance has too many disks.', 'Unpack it, and import its disks one by one.');
  ovf.disks.push(...all);
  return ovf;
}

function read(source: string, reading: Reading): void {
  const parser = new SaxesParser();
  const trail: string[] = [];
  let [text, elements] = ['', 0];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('DOCTYPE');
  });
  parser.on('opentag', ({ name, attributes }) => {
    elements += 1;
    trail.push(local(name));
    if (trail.length > DEPTH_MAX || elements > ELEMENTS_MAX) throw new Error('too large');
    text = '';
    open(reading, trail, new Map(Object.entries(attributes).map(([key, value]) => [local(key), value])));
  });
  parser.on('text', (value) => {
    if (text.length < WORDS_MAX) text += value;
  });
  parser.on('closetag', () => {
    close(reading, trail, readable(text));
    trail.pop();
    text = '';
  });
  parser.write(source).close();
}

const local = (name: string): string => name.slice(name.lastIndexOf(':') + 1);
const readable = (text: string): string => text.replaceAll(/\p{C}/gu, ' ').trim().slice(0, WORDS_MAX);

type Attributes = ReadonlyMap<string, string>;

function open(reading: Reading, trail: readonly string[], attributes: Attributes): void {
  const { ovf } = reading;
  const of = (name: string) => attributes.get(name) ?? '';
  switch (trail.at(-1) ?? '') {
    case 'File':
      if (of('compression') !== '' && of('compression') !== 'identity') throw new Error(`its disks are compressed by ${of('compression')}`);
      if (of('chunkSize') !== '') throw new Error('its disks are in several pieces');
      reading.files.set(of('id'), of('href'));
      break;
    case 'Disk':
      if (trail.at(-2) === 'DiskSection') addDisk(reading, attributes);
      break;
    case 'VirtualSystem':
      reading.systems += 1;
      ovf.name ||= readable(of('id'));
      break;
    case 'Item':
    case 'StorageItem':
    case 'EthernetPortItem':
      reading.item = { type: '', quantity: '', units: '', host: '', connection: '' };
      break;
    case 'Config':
      // VMware's own.
      if (of('key') === 'firmware' && of('value') === 'efi' && ovf.firmware === 'bios') ovf.firmware = 'uefi';
      if (of('key') === 'uefi.secureBoot.enabled' && of('value').toLowerCase() === 'true') ovf.firmware = 'uefi-secure-boot';
      break;
    case 'Firmware':
      // VirtualBox's own.
      if (/^EFI/i.test(of('type'))) ovf.firmware = 'uefi';
      break;
    default:
  }
}

function addDisk({ disks, files }: Reading, attributes: Attributes): void {
  const [id, file] = [attributes.get('diskId') ?? '', files.get(attributes.get('fileRef') ?? '')];
  // A disk without a file is an empty one that the importing side is to make.
  if (file === undefined) return;
  disks.set(id, { id, file, capacity: bytes(attributes.get('capacity') ?? '', attributes.get('capacityAllocationUnits') ?? 'byte') });
}

function close(reading: Reading, trail: readonly string[], value: string): void {
  const { ovf, item } = reading;
  const [name, parent] = [trail.at(-1), trail.at(-2)];
  if (name === 'Name' && parent === 'VirtualSystem' && value !== '') ovf.name = value;
  if (name === 'Description' && parent === 'OperatingSystemSection') ovf.system = value === '' ? null : value;
  if (item === null) return;
  if (name === 'ResourceType') item.type = value;
  if (name === 'VirtualQuantity') item.quantity = value;
  if (name === 'AllocationUnits') item.units = value;
  if (name === 'HostResource') item.host = value;
  if (name === 'Connection') item.connection = value;
  if (name === 'Item' || name === 'StorageItem' || name === 'EthernetPortItem') {
    addItem(reading, item);
    reading.item = null;
  }
}

/** By CIM's resource types (DSP0004, CIM_ResourceAllocationSettingData). */
function addItem({ ovf, order }: Reading, { type, quantity, units, host, connection }: Item): void {
  if (type === '3') ovf.vcpus ??= count(quantity);
  if (type === '4') ovf.memory ??= bytes(quantity, units === '' ? 'MegaBytes' : units);
  if (type === '10' && ovf.networks.length < 16) ovf.networks.push(connection);
  if (type === '17') order.push(host.slice(host.lastIndexOf('/') + 1));
  // VMware's, for what CIM has no number for.
  if (type === '1' && /tpm/i.test(host)) ovf.tpm = true;
}

function count(text: string): number | null {
  return /^\d{1,4}$/.test(text) && Number(text) > 0 ? Number(text) : null;
}

/** DSP0004, annex C: "byte * 2^20"; older packers write "MegaBytes", meaning the same. Null for what is no size. */
function bytes(quantity: string, units: string): number | null {
  if (!/^\d{1,15}$/.test(quantity)) return null;
  const power = /^bytes?\s*\*\s*2\^(\d{1,2})$/i.exec(units)?.[1];
  const unit = power === undefined ? named(units) : 2 ** Number(power);
  const size = Number(quantity) * (unit ?? Number.NaN);
  return Number.isSafeInteger(size) && size > 0 ? size : null;
}

function named(units: string): number | null {
  if (/^(byte|bytes|)$/i.test(units)) return 1;
  if (/^(k|kb|kilobytes?|kib)$/i.test(units)) return 1024;
  if (/^(m|mb|megabytes?|mib)$/i.test(units)) return MiB;
  return /^(g|gb|gigabytes?|gib)$/i.test(units) ? GiB : null;
}
