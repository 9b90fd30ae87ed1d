import type { Choice } from '#model/hardware-field';
import { attribute } from '../../../xml/document.ts';
import { choice } from '../../bound-fields.ts';
import { devicesOf, type HardwareContext } from '../../hardware-context.ts';
import type { KnownParts } from '../known-parts.ts';

/** Where the other end of a line is, in the host: https://libvirt.org/formatdomain.html#host-interface */
const sources = [
  choice('pty', 'Terminal of the host', 'What a console here or “virsh console” opens.'),
  choice('unix', 'Socket', 'Another program of the host talks over it.'),
  choice('tcp', 'TCP', 'Another program talks over the network, by no means in secret unless TLS is switched on.'),
  choice('udp', 'UDP', 'Sends what comes to a log server, say.'),
  choice('file', 'File', 'All that the guest writes, in a file of the host.'),
  choice('dev', 'Device of the host', 'A real serial or parallel port, say.'),
  choice('pipe', 'Named pipe'),
  choice('null', 'Nowhere', 'What is written is thrown away.'),
  choice('stdio', 'The hypervisor’s own input and output'),
  choice('vc', 'Virtual console of the hypervisor'),
  choice('spicevmc', 'SPICE viewer'),
  choice('spiceport', 'Port of the SPICE viewer', 'A channel with a name that the viewer knows.'),
  choice('qemu-vdagent', 'Clipboard of the VNC display', 'As with SPICE’s agent in the guest, without SPICE.'),
  choice('dbus', 'D-Bus display'),
  choice('nmdm', 'Pair of null modem devices (bhyve)'),
] as const satisfies readonly Choice[];

export type SourceType = (typeof sources)[number]['value'];

/** Choices of these, in this order. Those that end in a SPICE viewer need a display for it (src/qemu/qemu_validate.c). */
export function sourceChoices(context: HardwareContext, ...types: readonly string[]): Choice[] {
  const unavailable = hasSpice(context) ? null : 'The guest has no SPICE display.';
  return types.flatMap((type) => {
    const found = sources.find(({ value }) => value === type);
    if (found === undefined) return [];
    return [type.startsWith('spice') ? { ...found, unavailable } : found];
  });
}

export const hasSpice = ({ domain }: Pick<HardwareContext, 'domain'>): boolean =>
  devicesOf(domain).some((one) => one.name === 'graphics' && attribute(one, 'type') === 'spice');

export const sourceWord = (type: unknown): string => sources.find(({ value }) => value === type)?.label ?? String(type);

/** What a <source> of each type can say (src/conf/domain_conf.c, virDomainChrSourceDefFormat); the rest goes when the type is changed. */
export const sourceParts: KnownParts = {
  pty: [],
  dev: ['@path'],
  file: ['@path', '@append'],
  pipe: ['@path'],
  unix: ['@mode', '@path', 'reconnect'],
  tcp: ['@mode', '@host', '@service', '@tls', 'reconnect'],
  udp: ['@mode', '@host', '@service'],
  spiceport: ['@channel'],
  dbus: ['@channel'],
  'qemu-vdagent': ['clipboard', 'mouse'],
  nmdm: ['@master', '@slave'],
};
