import { attribute, child, children, element, path, text, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withAttributesAt, withPath, withTextAt, without } from '../../xml/edit.ts';
import { Affect } from '../../guests/both-definitions.ts';
import { remote } from '../../protocol/remote.ts';
import { customField, numberIn, plain, type Saying } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { isQemu, isXen, type HardwareContext } from '../hardware-context.ts';
import { faithful, numberField, numberOf, only } from './part-fields.ts';

export const mostProcessors = ({ capabilities }: HardwareContext): number => numberOf(child(capabilities, 'vcpu'), 'max') ?? 4096;

export const processorsIn = (domain: XmlElement): number => numberIn(text(child(domain, 'vcpu'))) || 1;
/** Null: all of them. */
const onlineIn = (domain: XmlElement): number | null => {
  const found = numberOf(child(domain, 'vcpu'), 'current');
  return found === processorsIn(domain) ? null : found;
};

/** What says of each processor whether it is on: it is libvirt's own account, and at odds with another number. */
const withoutEach = (domain: XmlElement): XmlElement => {
  const each = child(domain, 'vcpus');
  return each === null ? domain : without(domain, each);
};

const all: Saying = { label: 'Processors', help: 'How many the guest can have at most while it runs.' };
const online: Saying = {
  label: 'Processors at present',
  help: 'Less than all: the others can be plugged in while the guest runs.',
  unset: 'All of them',
  live: async ({ host, dom, element: running }, value) => {
    const nvcpus = typeof value === 'number' ? value : processorsIn(running);
    await host.job(remote.domainSetVcpusFlags, { dom, nvcpus, flags: Affect.live });
  },
};

export const processorCount: readonly BoundField[] = [
  faithful(
    customField((context) => numberField('vcpus', { ...all, min: 1, max: mostProcessors }, context), {
      read: processorsIn,
      write: (domain, value) => withTextAt(withoutEach(domain), ['vcpu'], typeof value === 'number' ? value : 1),
    }),
  ),
  {
    ...faithful(
      customField((context) => numberField('current', { ...online, min: 1, max: mostProcessors }, context), {
        read: onlineIn,
        write: (domain, value) => withAttributesAt(withoutEach(domain), ['vcpu'], { current: typeof value === 'number' ? value : null }),
        ...(online.live === undefined ? {} : { live: online.live }),
      }),
    ),
    waits: ({ running, ...context }, change) => {
      if (!isQemu(context) && !isXen(context) && context.hypervisor !== 'test') return true;
      if (running === null || change === null) return false;
      const now = onlineIn(running) ?? processorsIn(running);
      const to = typeof change.to === 'number' ? change.to : processorsIn(running);
      return to > processorsIn(running) || (to < now && now - to > unpluggable(running, context));
    },
  },
];

/** QEMU lets go of none of the processors that a guest started with, but for those marked so (libvirt: qemuDomainSelectHotplugVcpuEntities). */
function unpluggable(running: XmlElement, context: Pick<HardwareContext, 'hypervisor'>): number {
  if (!isQemu(context)) return processorsIn(running);
  const each = children(child(running, 'vcpus'), 'vcpu');
  return each.filter((one) => attribute(one, 'enabled') === 'yes' && attribute(one, 'hotpluggable') === 'yes').length;
}

const topologyIn = (domain: XmlElement) => path(domain, 'cpu', 'topology');
const topology: Saying = {
  label: 'Own topology',
  help: 'How the processors are divided into sockets and cores. Windows for desktops uses two sockets at most; some licences count sockets.',
  section: 'Topology',
};

function part(key: 'sockets' | 'dies' | 'cores' | 'threads', label: string, help: string): BoundField {
  const saying: Saying = { label, help, section: 'Topology', when: [{ field: 'topology', is: [true] }] };
  return customField((context) => numberField(key, { ...saying, min: 1, max: mostProcessors }, context), {
    // Without a topology libvirt makes a socket of each (qemuBuildSmpCommandLine).
    read: (domain) => numberOf(topologyIn(domain), key) ?? (key === 'sockets' && topologyIn(domain) === null ? processorsIn(domain) : 1),
    write: (domain, value, context) =>
      withPath(domain, ['cpu', 'topology'], (old) =>
        withAttributes(old ?? flat(context), { [key]: typeof value === 'number' ? value : 1 }),
      ),
  });
}

/** Of the guest as it was: whoever writes this writes what of it is to be otherwise. */
const flat = ({ domain }: HardwareContext) => element('topology', { sockets: processorsIn(domain), cores: 1, threads: 1 });

export const processorTopology: readonly BoundField[] = only(
  isQemu,
  customField((context) => ({ ...plain('topology', topology, context), kind: 'toggle' }), {
    read: (domain) => topologyIn(domain) !== null,
    write: (domain, value, context) => withPath(domain, ['cpu', 'topology'], (old) => (value === true ? (old ?? flat(context)) : null)),
  }),
  part('sockets', 'Sockets', 'Processors as one buys them.'),
  { ...part('dies', 'Dies', 'Parts of a processor with a cache of their own.'), fits: ({ libvirt }) => libvirt >= 6_001_000 },
  part('cores', 'Cores', 'In each socket, or in each die.'),
  part('threads', 'Threads', 'Of each core. More than one only where the host’s cores have as many, and pinned to them.'),
);
