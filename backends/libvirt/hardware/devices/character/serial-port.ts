import { attribute, child, element, type XmlElement } from '../../../xml/document.ts';
import { replaced, withAttributes, withChild } from '../../../xml/edit.ts';
import { choice, choiceField, customField } from '../../bound-fields.ts';
import type { DeviceKind } from '../../device-kind.ts';
import { devicesOf, type HardwareContext, isContainer, isX86, isXen } from '../../hardware-context.ts';
import { sourceFields, sourceProblems } from './source-fields.ts';
import { sourceChoices, sourceWord } from './source-types.ts';
import { mirrors } from './mirrored-console.ts';

const portOf = (line: XmlElement): string | null => attribute(child(line, 'target'), 'port');

/** https://libvirt.org/formatdomain.html#serial-port */
export const serialPort: DeviceKind = {
  sort: 'device',
  kind: 'serial',
  group: 'input',
  title: 'Serial port',
  help: 'A line for text: boot messages and a login, also when there is no picture.',
  fits: (context) => !isContainer(context),
  is: ({ name }) => name === 'serial',
  identity: portOf,
  name: (line, number) => (number === null ? 'Serial port' : `Serial port ${Number(portOf(line) ?? number - 1) + 1}`),
  summary: ({ type, path, socket, service }) =>
    [sourceWord(type), path ?? socket ?? service].filter((word) => typeof word === 'string').join(' '),
  fields: [
    ...sourceFields({
      types: (context) => sourceChoices(context, 'pty', 'unix', 'tcp', 'udp', 'file', 'dev', 'pipe', 'null', 'spiceport', 'dbus'),
    }),
    customField(
      (context) => choiceField('target', { label: 'Type', unset: 'As the machine has it', choices: targetsOf(context) }, context),
      {
        read: (line) => attribute(child(line, 'target'), 'type'),
        write: (line, value) => {
          const wanted = typeof value === 'string' ? value : null;
          if (attribute(child(line, 'target'), 'type') === wanted) return line;
          // The model and the address are those of the other type; libvirt gives new ones.
          const bare = withChild(line, 'address', () => null);
          return withChild(bare, 'target', (old) => {
            const target = withAttributes(
              withChild(old ?? element('target'), 'model', () => null),
              { type: wanted },
            );
            return target.attributes.size === 0 ? null : target;
          });
        },
      },
    ),
  ],
  problems: sourceProblems,
  addition: {
    blank: () => element('serial', { type: 'pty' }),
    unavailable: ({ domain, arch }) => {
      const has = devicesOf(domain).filter(({ name }) => name === 'serial').length;
      // ISA knows four places for serial ports (QEMU, hw/char/serial-isa.c).
      return isX86({ arch }) && has >= 4 ? 'The guest has four, which is all that fit.' : null;
    },
    live: ({ target }) => typeof target === 'string' && pluggable.includes(target),
  },
  removal: {
    live: (line) => pluggable.includes(attribute(child(line, 'target'), 'type') ?? ''),
    // libvirt would make the port again from the console that stands for it (src/conf/domain_postparse.c).
    also: (domain, line) =>
      withChild(domain, 'devices', (devices) => {
        const first = devicesOf(domain).every(({ name }) => name !== 'serial') || portOf(line) === '0';
        const twin = first ? devicesOf(domain).find(mirrors) : undefined;
        return devices === null || twin === undefined ? devices : replaced(devices, twin, null);
      }),
  },
};

/** src/qemu/qemu_hotplug.c: what is on the board stays there. */
const pluggable = ['usb-serial', 'pci-serial'];

function targetsOf(context: HardwareContext) {
  const anywhere = [
    choice('usb-serial', 'USB', 'Can be plugged in while the guest runs.'),
    choice('pci-serial', 'PCI', 'Can be plugged in while the guest runs.'),
  ];
  if (isXen(context)) return [];
  if (isX86(context)) {
    return [
      choice('isa-serial', 'ISA (COM port)', 'What every system knows.'),
      ...anywhere,
      choice('isa-debug', 'Debug console of the firmware'),
    ];
  }
  if (context.arch === 's390x') return [choice('sclp-serial', 'SCLP')];
  if (context.arch.startsWith('ppc64')) return [choice('spapr-vio-serial', 'sPAPR VIO'), ...anywhere];
  return [choice('system-serial', 'On the board'), ...anywhere];
}
