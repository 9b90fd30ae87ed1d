import type { InstallScript } from '#model/unattended';
import type { SystemFacts, SystemSummary } from '#model/system-facts';
import type { OsRecord } from './osinfo-file.ts';
import { ancestry, familyOf, type OsRecords } from './osinfo-records.ts';
import { recommendedFor, statedResources } from './osinfo-resources.ts';

/** A year's milliseconds. */
const YEAR = 365.25 * 86_400_000;
const YEARS_WITHOUT_A_DATE = 10;

// PCI ids of the virtio specification 1.1 (4.1.2): the transitional device, then the modern one. Others as in osinfo-db's device folder.
const devices = {
  virtioDisk: ['http://pcisig.com/pci/1af4/1001', 'http://pcisig.com/pci/1af4/1042'],
  virtioNet: ['http://pcisig.com/pci/1af4/1000', 'http://pcisig.com/pci/1af4/1041'],
  virtioVideo: ['http://pcisig.com/pci/1af4/1050'],
  virtioFilesystem: ['http://pcisig.com/pci/1af4/105a'],
  tablet: ['http://usb.org/usb/80ee/0021'],
  q35: ['http://qemu.org/chipset/x86/q35'],
} as const;

/** What a system drives out of the box, and what it wants of the machine. */
export interface OsSupport extends Pick<SystemFacts, 'machine' | 'needsDriverDisc'> {
  readonly family: string | null;
  readonly virtioDisk: boolean;
  readonly virtioNet: boolean;
  readonly virtioVideo: boolean;
  readonly virtioFilesystem: boolean;
  readonly tablet: boolean;
}

export function supportOf(records: OsRecords, record: OsRecord): OsSupport {
  const line = ancestry(records, record);
  const drives = (ids: readonly string[]) => ids.some((id) => line.find((each) => each.devices.has(id))?.devices.get(id) === true);
  const family = familyOf(records, record);
  // osinfo-db has no word for either. Microsoft asks both of Windows 11 ("Windows 11 requirements", learn.microsoft.com), and its setup refuses
  // a machine without them.
  const isWindows11 = line.some(({ id }) => id === 'http://microsoft.com/win/11');
  return {
    family,
    virtioDisk: drives(devices.virtioDisk),
    virtioNet: drives(devices.virtioNet),
    virtioVideo: drives(devices.virtioVideo),
    virtioFilesystem: drives(devices.virtioFilesystem),
    tablet: drives(devices.tablet),
    machine: { uefi: uefiOf(line), secureBootRequired: isWindows11, tpmRequired: isWindows11, q35: drives(devices.q35) || isWindows11 },
    needsDriverDisc: family === 'winnt' && !drives(devices.virtioDisk),
  };
}

function uefiOf(line: readonly OsRecord[]): SystemFacts['machine']['uefi'] {
  const firmwares = line.flatMap((each) => each.firmwares.filter(({ arch }) => arch === 'x86_64' || arch === 'all'));
  const [efi, bios] = ['efi', 'bios'].map((type) => firmwares.find((each) => each.type === type)?.supported);
  if (efi === undefined) return null;
  if (!efi) return 'unsupported';
  return bios === false ? 'required' : 'supported';
}

/** `now` in milliseconds since 1970: whether a system has ended depends on the day. */
export function summaryOf(records: OsRecords, record: OsRecord, now: number): SystemSummary {
  const { id, name, shortId, version, vendor, distro } = record;
  const stage = record.stage === 'prerelease' || record.stage === 'snapshot' || record.stage === 'rolling' ? record.stage : 'released';
  const [released, endsOfLife] = [dayOf(record.released), dayOf(record.endsOfLife)];
  return {
    id,
    name: name === '' ? shortId || id : name,
    shortId,
    version,
    vendor,
    distro,
    family: familyOf(records, record),
    released,
    endsOfLife,
    ended: stage !== 'rolling' && hasEnded(released, endsOfLife, now),
    stage,
  };
}

/** Many old systems have no date of their end in the database: nobody wrote one down for what had ended long before. */
function hasEnded(released: string | null, endsOfLife: string | null, now: number): boolean {
  if (endsOfLife !== null) return Date.parse(endsOfLife) < now;
  return released !== null && now - Date.parse(released) > YEARS_WITHOUT_A_DATE * YEAR;
}

function dayOf(text: string): string | null {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
}

export function factsOf(records: OsRecords, record: OsRecord, now: number): SystemFacts {
  const summary = summaryOf(records, record, now);
  const { machine, needsDriverDisc, virtioDisk, virtioNet, virtioVideo, virtioFilesystem, tablet } = supportOf(records, record);
  return {
    summary,
    os: { id: summary.id, name: summary.name, family: summary.family, recommended: recommendedFor(records, record, 'x86_64') },
    resources: statedResources(records, record).map(({ arch, minimum, recommended, maximum }) => ({ arch, minimum, recommended, maximum })),
    machine,
    drivers: { virtioDisk, virtioNet, virtioVideo, virtioFilesystem, tablet },
    needsDriverDisc,
    scripts: scriptsOf(record),
  };
}

const scriptKinds: readonly (readonly [string, InstallScript['kind']])[] = [
  ['/kickstart/', 'kickstart'],
  ['/preseed/', 'preseed'],
  ['/autoyast/', 'autoyast'],
  ['/unattend/', 'answer-file'],
];
/** Ours, since osinfo-db has none: Ubuntu's server installer since 20.04 reads cloud-init's seed ("Autoinstall", canonical-subiquity). */
export const AUTOINSTALL = 'guesthouse:autoinstall';

function scriptsOf(record: OsRecord): InstallScript[] {
  // Not those of what it derives from: libosinfo's own tool knows none of them either.
  const isAutoinstalled = record.distro === 'ubuntu' && Number.parseFloat(record.version ?? '0') >= 20.04;
  if (isAutoinstalled) return [{ id: AUTOINSTALL, kind: 'autoinstall', profile: 'jeos' }];
  return [...record.scripts].flatMap((id) => {
    const kind = scriptKinds.find(([part]) => id.includes(part))?.[1];
    return kind === undefined ? [] : [{ id, kind, profile: id.endsWith('/desktop') ? ('desktop' as const) : ('jeos' as const) }];
  });
}
