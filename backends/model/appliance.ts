import { z } from 'zod';
import { OperatingSystem } from './guest-spec.ts';
import { Bytes } from './quantity.ts';

/** A guest packed for moving (OVA), as its descriptor (OVF, DMTF DSP0243) tells of it. Names are the packer's words. */
export const Appliance = z.strictObject({
  name: z.string(),
  /** What the descriptor calls the system, where it says. */
  system: z.string().nullable(),
  os: OperatingSystem.nullable(),
  vcpus: z.number().int().positive().nullable(),
  memory: Bytes.nullable(),
  firmware: z.enum(['bios', 'uefi', 'uefi-secure-boot']),
  tpm: z.boolean(),
  disks: z.array(
    z.strictObject({
      id: z.string(),
      /** In the package. */
      file: z.string(),
      /** Of the packed file. */
      size: Bytes,
      /** Of the disk that the guest sees; null where the descriptor does not say. */
      capacity: Bytes.nullable(),
      format: z.enum(['vmdk', 'raw', 'qcow2', 'vhdx', 'vdi', 'vpc']),
    }),
  ),
  networkCards: z.array(z.strictObject({ network: z.string() })),
  /** Whether it carries sums of its files; they are checked when the disks are taken out. */
  manifest: z.boolean(),
});
export type Appliance = z.infer<typeof Appliance>;
