import { Affect } from '../../guests/both-definitions.ts';
import { remote } from '../../protocol/remote.ts';
import { numberAt } from '../bound-fields.ts';
import type { BoundField, LiveWay } from '../device-kind.ts';
import { isContainer, isQemu } from '../hardware-context.ts';
import { faithful, only } from './part-fields.ts';

const SECTION = 'Share of the host';

/** `parameter` as virDomainSetSchedulerParameters names it: VIR_DOMAIN_SCHEDULER_*. */
const tell =
  (parameter: string, type: 'ullong' | 'llong'): LiveWay =>
  async ({ host, dom }, value) => {
    // A quota that is taken away is a negative one; for what else is, see `waits`.
    const number = BigInt(typeof value === 'number' ? value : -1);
    await host.job(remote.domainSetSchedulerParametersFlags, {
      dom,
      params: [{ field: parameter, type, value: number }],
      flags: Affect.live,
    });
  };

const untilStart = (field: BoundField): BoundField => ({
  ...faithful(field),
  waits: (_context, change) => change !== null && change.to === null,
});

function span(who: string, key: string, title: string): BoundField[] {
  return [
    untilStart(
      numberAt(`${key}-period`, `cputune/${who}period`, {
        label: `${title}: period`,
        help: 'Over how long the quota is counted.',
        section: SECTION,
        advanced: true,
        unset: 'As the host likes',
        min: 1000,
        max: 1_000_000,
        unit: 'µs',
        live: tell(`${who === '' ? 'vcpu_' : who}period`, 'ullong'),
      }),
    ),
    faithful(
      numberAt(`${key}-quota`, `cputune/${who}quota`, {
        label: `${title}: quota`,
        help: 'How much of a processor’s time in each period. −1: no limit. As much as the period: one whole processor of the host.',
        section: SECTION,
        advanced: true,
        unset: 'No limit',
        min: -1,
        max: 17_592_186_044_415,
        unit: 'µs',
        live: tell(`${who === '' ? 'vcpu_' : who}quota`, 'llong'),
      }),
    ),
  ];
}

/** https://libvirt.org/formatdomain.html#cpu-tuning */
export const processorShares: readonly BoundField[] = [
  ...only(
    (context) => isQemu(context) || isContainer(context),
    untilStart(
      numberAt('shares', 'cputune/shares', {
        label: 'Weight',
        help: 'Against other guests while all want processors: one with 2048 gets twice as much as one with 1024.',
        section: SECTION,
        unset: 'As the others',
        min: 2,
        max: 262_144,
        live: tell('cpu_shares', 'ullong'),
      }),
    ),
    ...span('', 'each', 'Each processor'),
  ),
  ...only(
    isQemu,
    ...span('global_', 'all', 'The whole guest'),
    ...span('emulator_', 'emulator', 'The emulator'),
    ...span('iothread_', 'iothread', 'Each I/O thread'),
  ),
  ...only(
    (context) => isQemu(context) || isContainer(context),
    untilStart(
      numberAt('disk-weight', 'blkiotune/weight', {
        label: 'Weight at disks',
        help: 'Against other guests while all want the same disk of the host.',
        section: SECTION,
        advanced: true,
        unset: 'As the others',
        min: 100,
        max: 1000,
        live: async ({ host, dom }, value) => {
          const params = [{ field: 'weight', type: 'uint', value: typeof value === 'number' ? value : 0 }] as const;
          await host.job(remote.domainSetBlkioParameters, { dom, params: [...params], flags: Affect.live });
        },
      }),
    ),
  ),
];
