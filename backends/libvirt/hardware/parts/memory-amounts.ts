import { GiB, MiB } from '#model/quantity';
import { attribute, child, element, path, textAt, type XmlElement } from '../../xml/document.ts';
import { withAttributesAt, withPath } from '../../xml/edit.ts';
import { Affect } from '../../guests/both-definitions.ts';
import { remote } from '../../protocol/remote.ts';
import { customField, numberAt, plain, type Saying } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { devicesOf, isContainer, isQemu, isXen } from '../hardware-context.ts';
import { faithful, KiB, only, sizeIn, withSize } from './part-fields.ts';

export const MEMORY_MAX = 1024 * 1024 * GiB;

const maximum: Saying = {
  label: 'Memory',
  help: 'What the guest sees as its memory. It is taken from the host as the guest uses it, so the host should have it to spare.',
};
const current: Saying = {
  label: 'Memory at present',
  help: 'Less than all: the guest’s balloon driver gives the rest back to the host, and gets it again when this is raised.',
  unset: 'All of it',
  // virDomainSetMemoryFlags: the balloon, and a container's limit.
  live: async ({ host, dom, element }, value) => {
    const memory = typeof value === 'number' ? value : (sizeIn(element, ['memory']) ?? 0);
    await host.job(remote.domainSetMemoryFlags, { dom, memory: BigInt(Math.ceil(memory / KiB)), flags: Affect.live });
  },
};

const GROWING = 'Growing while it runs';
const ceiling: Saying = {
  label: 'Room for memory devices',
  help: 'Up to how much the guest’s memory may grow while it runs, by memory devices that are plugged in. More than its memory.',
  section: GROWING,
  unset: 'None',
};

/** Null where it is all of it: so it goes along when that is changed. */
const currentIn = (domain: XmlElement): number | null => {
  const found = sizeIn(domain, ['currentMemory']);
  return found === sizeIn(domain, ['memory']) ? null : found;
};

const hasBalloon = (domain: XmlElement): boolean =>
  devicesOf(domain).some((device) => device.name === 'memballoon' && attribute(device, 'model') !== 'none');

export const memoryAmounts: readonly BoundField[] = [
  faithful(
    customField((context) => ({ ...plain('memory', maximum, context), kind: 'size', min: MiB, max: MEMORY_MAX }), {
      read: (domain) => sizeIn(domain, ['memory']),
      write: (domain, value) => {
        const bytes = typeof value === 'number' ? value : null;
        const all = child(domain, 'currentMemory') !== null && currentIn(domain) === null;
        const made = withSize(domain, ['memory'], bytes);
        return all ? withSize(made, ['currentMemory'], bytes) : made;
      },
    }),
  ),
  {
    ...faithful(
      customField((context) => ({ ...plain('current', current, context), kind: 'size', min: MiB, max: MEMORY_MAX }), {
        read: currentIn,
        write: (domain, value) => withSize(domain, ['currentMemory'], typeof value === 'number' ? value : null),
        ...(current.live === undefined ? {} : { live: current.live }),
      }),
    ),
    waits: ({ running, ...context }, change) => {
      if (running === null) return false;
      if (isQemu(context) && !hasBalloon(running)) return true;
      if (change === null) return !isQemu(context) && !isXen(context) && !isContainer(context) && context.hypervisor !== 'test';
      return typeof change.to === 'number' && change.to > (sizeIn(running, ['memory']) ?? 0);
    },
  },
  ...only(
    isQemu,
    customField((context) => ({ ...plain('ceiling', ceiling, context), kind: 'size', min: MiB, max: MEMORY_MAX }), {
      read: (domain) => sizeIn(domain, ['maxMemory']),
      write: (domain, value) => {
        if (typeof value !== 'number') return withSize(domain, ['maxMemory'], null);
        const made = withOneCell(withSize(domain, ['maxMemory'], value));
        return attribute(child(made, 'maxMemory'), 'slots') === null ? withAttributesAt(made, ['maxMemory'], { slots: 16 }) : made;
      },
    }),
    numberAt('slots', 'maxMemory/@slots', {
      label: 'Slots',
      help: 'How many memory devices there can be.',
      section: GROWING,
      unset: '16, where there is room',
      min: 1,
      max: 256,
    }),
  ),
];

/** A guest that memory is plugged into must have a NUMA node (libvirt: qemuDomainDefValidateMemoryHotplug): one with all that it has now. */
export function withOneCell(domain: XmlElement): XmlElement {
  if (path(domain, 'cpu', 'numa', 'cell') !== null) return domain;
  const vcpus = Number(textAt(domain, 'vcpu') ?? 1);
  const memory = Math.ceil((sizeIn(domain, ['memory']) ?? 0) / KiB);
  return withPath(domain, ['cpu', 'numa', 'cell'], () =>
    element('cell', { id: 0, cpus: vcpus === 1 ? '0' : `0-${vcpus - 1}`, memory, unit: 'KiB' }),
  );
}
