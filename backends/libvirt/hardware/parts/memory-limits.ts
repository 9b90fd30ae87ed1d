import { Affect } from '../../guests/both-definitions.ts';
import { remote } from '../../protocol/remote.ts';
import type { BoundField, LiveWay } from '../device-kind.ts';
import { isContainer, isQemu } from '../hardware-context.ts';
import { MEMORY_MAX } from './memory-amounts.ts';
import { KiB, only, sizeAt } from './part-fields.ts';

/** libvirt: VIR_DOMAIN_MEMORY_PARAM_UNLIMITED, in KiB. */
const UNLIMITED = 9_007_199_254_740_991n;

const setLimit =
  (field: string): LiveWay =>
  async ({ host, dom }, value) => {
    const limit = typeof value === 'number' ? BigInt(Math.ceil(value / KiB)) : UNLIMITED;
    const params = [{ field, type: 'ullong', value: limit }] as const;
    await host.job(remote.domainSetMemoryParameters, { dom, params: [...params], flags: Affect.live });
  };

const limit = (key: string, name: string, label: string, help: string): BoundField =>
  sizeAt(key, ['memtune', name], {
    label,
    help,
    section: 'Limits on the host',
    advanced: true,
    unset: 'No limit',
    live: setLimit(name),
    min: KiB,
    max: MEMORY_MAX,
  });

/** https://libvirt.org/formatdomain.html#memory-tuning */
export const memoryLimits: readonly BoundField[] = only(
  (context) => isQemu(context) || isContainer(context),
  limit('hard-limit', 'hard_limit', 'Hard limit', 'What guest and emulator may use together, at most. Beyond it the host ends the guest.'),
  limit('soft-limit', 'soft_limit', 'Soft limit', 'What they may use while the host is short of memory.'),
  limit('swap-limit', 'swap_hard_limit', 'Limit with swap', 'Memory and swap together, at most. Not below the hard limit.'),
);
