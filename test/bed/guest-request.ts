import type { GuestFiles, GuestRequest } from '../../backends/backend.ts';
import { guestDefaults, type GuestSpec } from '../../backends/model/guest-spec.ts';
import { MiB } from '../../backends/model/quantity.ts';

/** The token of every file that these requests point at. */
export const chosenToken = '11111111-2222-4333-8444-555555555555';

/** From a chosen ISO, used where it lies, with nothing else. */
export function plainSpec(name: string, more: Partial<GuestSpec> = {}): GuestSpec {
  return {
    ...guestDefaults,
    name,
    source: { kind: 'iso', from: { kind: 'file', token: chosenToken }, into: null, unattended: null },
    firmware: 'bios',
    vcpus: 1,
    memory: 64 * MiB,
    disks: [],
    nics: [],
    ...more,
  };
}

/** With `path` as the chosen file. */
export function guestRequest(spec: GuestSpec, path: string, more: Partial<GuestFiles> = {}): GuestRequest {
  return { spec, files: { chosen: new Map([[chosenToken, { path }]]), ...more } };
}

export const newDisk = (pool: string, size: number) => ({ kind: 'new', pool, size, format: 'qcow2' }) as const;
export const onNetwork = (name: string) => ({ kind: 'network', name }) as const;
