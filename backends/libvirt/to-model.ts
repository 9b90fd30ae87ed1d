import type { GuestState } from '#model/guest';

// libvirt: include/libvirt/libvirt-domain.h, virDomainState. Above this file it is a guest, below a domain.
const states: readonly GuestState[] = [
  'unknown', // no state: the hypervisor does not tell
  'running',
  'idle', // blocked on a resource; Xen's word for a running guest with nothing to do
  'paused',
  'shutting-down',
  'shut-off',
  'crashed',
  'sleeping',
];

export function stateOf(state: number): GuestState {
  return states[state] ?? 'unknown';
}

/** libvirt gives memory in KiB. What does not fit a number exactly means "no limit", and no such guest exists. */
export function bytesOfKiB(kib: bigint | number): number {
  return bytesOf(BigInt(kib) * 1024n);
}

export function bytesOf(bytes: bigint | number): number {
  return Math.max(0, Math.min(Number.MAX_SAFE_INTEGER, Number(bytes)));
}

/** libvirt: 1,000,000 * major + 1,000 * minor + release. 0 means that the driver does not know. */
export function versionOf(version: bigint | number): string | null {
  const number = Number(version);
  if (number === 0) return null;
  return `${Math.floor(number / 1_000_000)}.${Math.floor(number / 1000) % 1000}.${number % 1000}`;
}
