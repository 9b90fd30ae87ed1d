import type { AddressWish } from '#contract/hosts';
import type { HostAddress, LibvirtDriver } from '#model/host-address';

export const driverNames: Readonly<Record<LibvirtDriver, string>> = {
  qemu: 'QEMU/KVM',
  lxc: 'LXC containers',
  xen: 'Xen',
  vbox: 'VirtualBox',
  ch: 'Cloud Hypervisor',
  bhyve: 'bhyve',
  vz: 'Virtuozzo',
  test: 'libvirt’s test host',
};

/** Who could read along: nobody, as it stays on this computer; nobody, as it is encrypted; everybody on the way; or it cannot be told. */
export type Privacy = 'here' | 'encrypted' | 'open' | 'unknown';

export const privacyWords: Readonly<Record<Privacy, string>> = {
  here: 'Stays on this computer',
  encrypted: 'Encrypted',
  open: 'Not encrypted: whoever is on the way can read along and change what is sent',
  unknown: 'Not known',
};

export function privacyOf(address: HostAddress): Privacy {
  switch (address.road) {
    case 'local':
      return 'here';
    case 'ssh':
    case 'tls':
      return 'encrypted';
    case 'tcp':
      return 'open';
    case 'uri':
      break;
  }
  return privacyOfUri(address.uri);
}

// https://libvirt.org/uri.html: a host without a transport means TLS, no host the socket of this computer.
function privacyOfUri(uri: string): Privacy {
  const parts = /^[a-z][a-z0-9.-]*(?:\+([a-z0-9]+))?:\/\/([^/?#]*)/i.exec(uri);
  if (parts === null) return 'unknown';
  const [, transport = (parts[2] ?? '') === '' ? 'unix' : 'tls'] = parts;
  switch (transport.toLowerCase()) {
    case 'unix':
      return 'here';
    case 'ssh':
    case 'libssh':
    case 'libssh2':
    case 'tls':
      return 'encrypted';
    case 'tcp':
      return 'open';
    default:
      return 'unknown';
  }
}

const machine = (host: string, user: string | null, port: number | null): string =>
  `${user === null ? '' : `${user} on `}${host}${port === null ? '' : `, port ${port}`}`;

/** An address as one would tell it: "QEMU/KVM of ada on attic by ssh". */
export function addressWords(address: HostAddress | AddressWish): string {
  switch (address.road) {
    case 'local':
      return `${driverNames[address.driver]} on this computer${address.scope === 'session' ? ', your own session' : ''}`;
    case 'ssh': {
      const scope = address.scope === 'session' ? ', that user’s session' : '';
      return `${driverNames[address.driver]}, ${machine(address.host, address.user, address.port)}, by ssh${scope}`;
    }
    case 'tls':
      return `${driverNames[address.driver]}, ${machine(address.host, null, address.port)}, by TLS`;
    case 'tcp':
      return `${driverNames[address.driver]}, ${machine(address.host, null, address.port)}, by TCP without encryption`;
    case 'uri':
      break;
  }
  return 'As the libvirt address says';
}
