import type { FieldRow, FieldValue } from '#model/hardware-field';
import { attribute, child, children, element, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withChild, withList } from '../../xml/edit.ts';
import { Affect } from '../../guests/both-definitions.ts';
import { remote } from '../../protocol/remote.ts';
import { choice, choiceAt, listOf, textAt, textField } from '../bound-fields.ts';
import type { BoundField, LiveTarget } from '../device-kind.ts';
import { isContainer, isQemu, isXen } from '../hardware-context.ts';
import { cell, numberCell, numberField, numberOf, numberSet, only, processorMap } from './part-fields.ts';
import { mostProcessors, processorsIn } from './processor-count.ts';

const SECTION = 'Pinning';
const set = { maxLength: 1024, pattern: numberSet } as const;

const pinsIn = (domain: XmlElement): FieldRow[] =>
  children(child(domain, 'cputune'), 'vcpupin').map((pin) => ({ vcpu: numberOf(pin, 'vcpu'), cpuset: attribute(pin, 'cpuset') }));

/** The list below <cputune>; elements that stay keep what else they say. */
export function withTuned(
  domain: XmlElement,
  name: string,
  by: string,
  rows: readonly { readonly of: number; readonly cpuset: string | null }[],
): XmlElement {
  return withChild(domain, 'cputune', (old) => {
    if (old === null && rows.length === 0) return null;
    const before = children(old, name);
    const fresh = rows.map(({ of, cpuset }) =>
      withAttributes(before.find((one) => numberOf(one, by) === of) ?? element(name), { [by]: of, cpuset }),
    );
    const made = withList(old ?? element('cputune'), [name], fresh);
    return made.attributes.size === 0 && children(made).length === 0 ? null : made;
  });
}

async function pinLive({ host, dom, element: running }: LiveTarget, value: FieldValue): Promise<void> {
  const wanted = new Map((Array.isArray(value) ? value : []).map((row) => [numberCell(row, 'vcpu'), cell(row, 'cpuset')]));
  const before = new Map(pinsIn(running).map((row) => [numberCell(row, 'vcpu'), cell(row, 'cpuset')]));
  for (let vcpu = 0; vcpu < processorsIn(running); vcpu += 1) {
    const set = wanted.get(vcpu) ?? null;
    if (set === (before.get(vcpu) ?? null)) continue;
    const cpumap = processorMap(set, host.facts.cpus);
    await host.job(remote.domainPinVcpuFlags, { dom, vcpu, cpumap, flags: Affect.live });
  }
}

/** https://libvirt.org/formatdomain.html#cpu-tuning */
export const pinning: readonly BoundField[] = only(
  (context) => !isContainer(context),
  textAt('cpuset', 'vcpu/@cpuset', {
    ...set,
    label: 'On these processors of the host',
    help: 'Where the guest’s processors and the emulator may run, unless they are pinned below.',
    section: SECTION,
    unset: 'Any',
  }),
  choiceAt('placement', 'vcpu/@placement', {
    label: 'Chosen by',
    section: SECTION,
    advanced: true,
    choices: [choice('static', 'As it is said here'), choice('auto', 'The host’s NUMA advice', 'Needs numad on the host.')],
  }),
  listOf(
    'pins',
    {
      label: 'Pinned processors',
      help: 'A guest’s processor that stays on one of the host’s is disturbed less. Those that are not named run anywhere.',
      section: SECTION,
      columns: (context) => [
        numberField('vcpu', { label: 'Processor of the guest', min: 0, max: (host) => mostProcessors(host) - 1 }, context),
        textField('cpuset', { ...set, label: 'On the host’s' }, context),
      ],
      add: { label: 'Pin a processor', row: { vcpu: 0, cpuset: '0' } },
      max: 4096,
      live: pinLive,
    },
    pinsIn,
    (domain, rows) =>
      withTuned(
        domain,
        'vcpupin',
        'vcpu',
        rows.map((row) => ({ of: numberCell(row, 'vcpu') ?? 0, cpuset: cell(row, 'cpuset') })),
      ),
  ),
  ...only(
    (context) => isQemu(context) || isXen(context),
    textAt('emulator-set', 'cputune/emulatorpin/@cpuset', {
      ...set,
      label: 'Emulator on the host’s',
      help: 'Where what the emulator does besides runs: devices without a thread of their own.',
      section: SECTION,
      unset: 'As its processors',
      live: async ({ host, dom }, value) => {
        const cpumap = processorMap(typeof value === 'string' && value !== '' ? value : null, host.facts.cpus);
        await host.job(remote.domainPinEmulator, { dom, cpumap, flags: Affect.live });
      },
    }),
  ),
);
