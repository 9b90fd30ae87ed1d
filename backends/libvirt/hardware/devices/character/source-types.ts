import type { Choice } from '#model/hardware-field';
import { choice } from '../../bound-fields.ts';
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

/** Choices of these, in this order. */
export const sourceChoices = (...types: readonly string[]): Choice[] =>
  types.flatMap((type) => sources.find(({ value }) => value === type) ?? []);

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
