import type { AddressWish } from '#contract/hosts';
import type { Host, HostId } from '#model/host';
import type { HostAddress } from '#model/host-address';
import { api } from '../api.ts';
import { toast } from '../ui/toasts.ts';
import { faultOf } from './fault-of.ts';
import type { HostStep } from './host-state.ts';

/** Tries at once. How it goes is told as the host's state; only a refused question is toasted. */
export function connectHost(host: HostId): void {
  api.hosts.connect({ host }).catch(ignoreOrToast);
}

/** Lets the connection go, or gives up the attempt at one. */
export function disconnectHost(host: HostId): void {
  api.hosts.disconnect({ host }).catch(ignoreOrToast);
}

export function takeStep(host: HostId, { does }: HostStep): void {
  if (does === 'connect') connectHost(host);
  else disconnectHost(host);
}

/** Main asks first, in a window of its own. */
export function removeHost({ id, name }: Host): void {
  api.hosts.remove({ host: id }).catch((error: unknown) => {
    const fault = faultOf(error);
    if (fault.code !== 'cancelled')
      toast({ variant: 'danger', title: `Remove “${name}”: ${fault.message}`, body: fault.remedy ?? undefined });
  });
}

/** Whether the host is connected when Guesthouse starts; its connection stays as it is. */
export async function setAutoconnect(host: Host, autoconnect: boolean): Promise<void> {
  try {
    await api.hosts.change({
      host: host.id,
      wish: { name: host.name, autoconnect, readOnly: host.readOnly, address: sameAddress(host.address) },
    });
  } catch (error) {
    const fault = faultOf(error);
    if (fault.code !== 'cancelled')
      toast({ variant: 'danger', title: `“${host.name}”: ${fault.message}`, body: fault.remedy ?? undefined });
  }
}

/** The address that a host has, as a window may send it: its files stay where they are. */
function sameAddress(address: HostAddress): AddressWish {
  switch (address.road) {
    case 'ssh':
      return { ...address, keyFile: { kind: address.keyFile === null ? 'none' : 'kept' } };
    case 'tls':
      return { ...address, certificates: { kind: address.certificates === null ? 'none' : 'kept' } };
    case 'local':
    case 'tcp':
    case 'uri':
      break;
  }
  return address;
}

/** A connection that fails is shown where the host is; what is left are faults of the call itself. */
function ignoreOrToast(error: unknown): void {
  const fault = faultOf(error);
  if (fault.code === 'bad-input' || fault.code === 'busy' || fault.code === 'internal') {
    toast({ variant: 'danger', title: fault.message, body: fault.remedy ?? undefined });
  }
}
