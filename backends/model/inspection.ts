import { z } from 'zod';
import { Instant } from './quantity.ts';

/** How many installed applications of one system are told, and how long each word of theirs may be: whatever is in a guest can say anything. */
export const inspectionLimits = { systems: 8, applications: 20_000, word: 200, summary: 300 } as const;

const Word = z.string().max(inspectionLimits.word);

/** A package or program, as the system in the guest has it on record. */
export const InstalledApplication = z.strictObject({
  name: Word,
  version: Word,
  arch: Word.nullable(),
  publisher: Word.nullable(),
  summary: z.string().max(inspectionLimits.summary).nullable(),
});
export type InstalledApplication = z.infer<typeof InstalledApplication>;

/** An operating system on a guest's disks. All words are the guest's own. */
export const InstalledSystem = z.strictObject({
  /** "Debian GNU/Linux 12 (bookworm)". */
  name: Word,
  /** libosinfo's short name: "debian12". */
  shortId: Word.nullable(),
  version: Word.nullable(),
  hostname: Word.nullable(),
  arch: Word.nullable(),
  /** How it keeps its packages: "deb". */
  packages: Word.nullable(),
  mounts: z.array(z.strictObject({ path: Word, device: Word, filesystem: Word.nullable() })).max(64),
  applications: z.array(InstalledApplication).max(inspectionLimits.applications),
  /** More than are told. */
  cut: z.boolean(),
});
export type InstalledSystem = z.infer<typeof InstalledSystem>;

/** What was found on a guest's disks. */
export const Inspection = z.strictObject({
  at: Instant,
  /** It ran meanwhile, so that what was half written may be missing. */
  running: z.boolean(),
  systems: z.array(InstalledSystem).max(inspectionLimits.systems),
});
export type Inspection = z.infer<typeof Inspection>;

/** What looking into a guest's disks would be. */
export const InspectionOutlook = z.strictObject({
  /** "vda" and where it is: those that would be read. */
  disks: z.array(z.strictObject({ target: z.string(), source: z.string() })),
  /** Those that cannot be, and why. */
  left: z.array(z.strictObject({ target: z.string(), why: z.string() })),
  running: z.boolean(),
  /** The same by hand. */
  command: z.string().nullable(),
});
export type InspectionOutlook = z.infer<typeof InspectionOutlook>;
