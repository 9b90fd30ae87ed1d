/** Reads up to `length` bytes at `offset`; fewer at the end. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>;

/** What the descriptors of an ISO 9660 image say of it, trimmed, without control, format and bidi characters. */
export interface IsoIdentity {
  readonly volumeId: string;
  readonly systemId: string;
  readonly publisherId: string;
  readonly applicationId: string;
  /** The longer Unicode label of a Joliet image; '' where there is none. */
  readonly jolietLabel: string;
  /** Bytes of the volume as its descriptor has them, which may differ from the file's. */
  readonly volumeSize: number;
  /** It has an El Torito boot catalog with a bootable entry, for BIOS or UEFI. */
  readonly bootable: boolean;
}

const SECTOR = 2048;
/** ECMA-119 6.2: descriptors begin behind a system area of 16 sectors. */
const FIRST_DESCRIPTOR = 16;
/** Real images have up to about six; an image without a terminator must not be read to its end. */
const DESCRIPTORS_MAX = 64;

const latin = new TextDecoder('latin1');
const utf16 = new TextDecoder('utf-16be');
// Labels are shown and matched; Cc, Cf (bidi marks among them), Co, Cs and Cn have no place in either.
const clean = (text: string) => text.replace(/\p{C}/gu, '').trim();

/**
 * Reads the volume descriptors (ECMA-119 8, also in a UDF bridge) and the boot catalog (El Torito 1.0). Null where there is no primary
 * volume descriptor: the file is no ISO 9660 image. Reads at most 65 sectors, whatever the image claims.
 */
export async function readIsoIdentity(read: ReadAt): Promise<IsoIdentity | null> {
  let primary: DataView | null = null;
  let jolietLabel = '';
  let bootable = false;
  for (let index = 0; index < DESCRIPTORS_MAX; index += 1) {
    const bytes = await read((FIRST_DESCRIPTOR + index) * SECTOR, SECTOR);
    if (bytes.length < SECTOR || latin.decode(bytes.subarray(1, 6)) !== 'CD001') break;
    const type = bytes[0];
    const view = new DataView(bytes.buffer, bytes.byteOffset, SECTOR);
    if (type === 255) break;
    if (type === 1) primary ??= view;
    if (type === 2 && isJoliet(bytes)) jolietLabel ||= clean(utf16.decode(bytes.subarray(40, 72)));
    if (type === 0 && !bootable && identifier(view, 7, 32) === 'EL TORITO SPECIFICATION') {
      bootable = hasBootEntry(await read(view.getUint32(71, true) * SECTOR, SECTOR));
    }
  }
  if (primary === null) return null;
  return {
    systemId: identifier(primary, 8, 32),
    volumeId: identifier(primary, 40, 32),
    publisherId: identifier(primary, 318, 128),
    applicationId: identifier(primary, 574, 128),
    jolietLabel,
    volumeSize: bothOrders32(primary, 80) * bothOrders16(primary, 128),
    bootable,
  };
}

function identifier(view: DataView, offset: number, length: number): string {
  return clean(latin.decode(new Uint8Array(view.buffer, view.byteOffset + offset, length)));
}

// ECMA-119 7.2.3, 7.3.3: numbers stand in both byte orders. Some mastering tools fill one only.
const bothOrders16 = (view: DataView, offset: number) => view.getUint16(offset, true) || view.getUint16(offset + 2, false);
const bothOrders32 = (view: DataView, offset: number) => view.getUint32(offset, true) || view.getUint32(offset + 4, false);

/** A supplementary descriptor is Joliet's if its escape sequences name one of the three UCS-2 levels. */
function isJoliet(bytes: Uint8Array): boolean {
  return /^%\/[@CE]/.test(latin.decode(bytes.subarray(88, 120)));
}

/** El Torito 2.1: a validation entry (header 1, key 55 AA, words summing to zero), then entries of 32 bytes; 0x88 marks a bootable one. */
function hasBootEntry(catalog: Uint8Array): boolean {
  if (catalog.length < SECTOR || catalog[0] !== 1 || catalog[30] !== 0x55 || catalog[31] !== 0xaa) return false;
  const view = new DataView(catalog.buffer, catalog.byteOffset, SECTOR);
  let sum = 0;
  for (let offset = 0; offset < 32; offset += 2) sum += view.getUint16(offset, true);
  if (sum % 0x10000 !== 0) return false;
  for (let offset = 32; offset < SECTOR; offset += 32) if (catalog[offset] === 0x88) return true;
  return false;
}
