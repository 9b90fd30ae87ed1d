import type { CreationOffer, Firmware } from '#model/guest-spec';
import type { SystemFacts } from '#model/system-facts';
import type { DriverDisc } from './driver-disc.ts';

/** What follows from a system for its machine, and why, as sentences. */
export interface Bearing {
  readonly firmware: Firmware | null;
  readonly tpm: boolean;
  /** The disc with them is put in, where this computer has it. */
  readonly drivers: boolean;
  readonly because: readonly string[];
  /** What it would need and does not get, with what to do. */
  readonly lacking: readonly string[];
}

/** Asks for no more than the host has: what is missing there is the host's to object to. */
export function bearingOf(offer: CreationOffer, facts: SystemFacts | null, disc: DriverDisc | null): Bearing {
  const because: string[] = [];
  const machine = facts?.machine;
  const wanted: readonly Firmware[] =
    machine?.secureBootRequired === true
      ? ['uefi-secure-boot', 'uefi']
      : machine?.uefi === 'required'
        ? ['uefi', 'uefi-secure-boot']
        : ['bios'];
  const firmware = wanted.find((one) => offer.firmwares.includes(one)) ?? offer.firmwares[0] ?? null;
  if (firmware === 'uefi-secure-boot' && machine?.secureBootRequired === true)
    because.push('UEFI with secure boot: its installer refuses to run without.');
  else if (firmware === 'uefi' && machine?.uefi === 'required') because.push('UEFI: it does not start from a BIOS.');
  const tpm = machine?.tpmRequired === true && offer.tpm;
  if (tpm) because.push('An emulated TPM 2.0: its installer asks for one.');
  const needs = facts?.needsDriverDisc === true;
  const drivers = needs && disc !== null && disc.name !== null;
  if (drivers) because.push('Fast virtio devices, with their drivers on a disc of their own: Windows has none of them.');
  const lacking: string[] = [];
  if (machine?.secureBootRequired === true && firmware !== 'uefi-secure-boot')
    lacking.push('Its installer asks for secure boot, which this host does not offer. Install the OVMF firmware on the host.');
  if (machine?.tpmRequired === true && !tpm)
    lacking.push('Its installer asks for a TPM 2.0, which this host cannot emulate. Install swtpm on the host.');
  if (needs && disc !== null && disc.name === null) lacking.push(disc.whereToGet);
  return { firmware, tpm, drivers, because, lacking };
}
