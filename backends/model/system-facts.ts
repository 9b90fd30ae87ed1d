import { z } from 'zod';
import { OperatingSystem } from './guest-spec.ts';
import { InstallScript } from './unattended.ts';
import { Bytes } from './quantity.ts';

/** A day, as 2021-08-14. */
const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** An operating system as a line of a list. */
export const SystemSummary = z.strictObject({
  id: z.string(),
  shortId: z.string(),
  name: z.string(),
  version: z.string().nullable(),
  vendor: z.string().nullable(),
  family: z.string().nullable(),
  distro: z.string().nullable(),
  released: Day.nullable(),
  endsOfLife: Day.nullable(),
  /** Its makers do not mend it any more. */
  ended: z.boolean(),
  stage: z.enum(['released', 'prerelease', 'snapshot', 'rolling']),
});
export type SystemSummary = z.infer<typeof SystemSummary>;

/** Null where the database says nothing of it. */
const Amounts = z.strictObject({ memory: Bytes.nullable(), vcpus: z.number().int().positive().nullable(), disk: Bytes.nullable() });

/** What follows from choosing an operating system. */
export const SystemFacts = z.strictObject({
  summary: SystemSummary,
  /** For x86-64, as the wizard fills it in. */
  os: OperatingSystem,
  resources: z.array(z.strictObject({ arch: z.string(), minimum: Amounts, recommended: Amounts, maximum: Amounts })),
  machine: z.strictObject({
    uefi: z.enum(['required', 'supported', 'unsupported']).nullable(),
    secureBootRequired: z.boolean(),
    tpmRequired: z.boolean(),
    q35: z.boolean(),
  }),
  /** What it drives out of the box. */
  drivers: z.strictObject({
    virtioDisk: z.boolean(),
    virtioNet: z.boolean(),
    virtioVideo: z.boolean(),
    virtioFilesystem: z.boolean(),
    tablet: z.boolean(),
  }),
  /** Windows: virtio works after the drivers of a disc of their own are loaded. */
  needsDriverDisc: z.boolean(),
  scripts: z.array(InstallScript),
});
export type SystemFacts = z.infer<typeof SystemFacts>;

/** Something that can be downloaded. */
export const CatalogueEntry = z.strictObject({
  url: z.string(),
  os: z.strictObject({ id: z.string(), name: z.string() }),
  /** With its variant: Fedora Workstation 42. */
  name: z.string(),
  kind: z.enum(['installer', 'live', 'image']),
  arch: z.string(),
  /** Of an image: qcow2, raw, vmdk; null for an ISO. */
  format: z.string().nullable(),
  cloudInit: z.boolean(),
  ended: z.boolean(),
});
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;
