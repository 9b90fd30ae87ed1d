import type { HostId } from '#model/host';
import { api } from '../api.ts';
import { toast } from '../ui/toasts.ts';
import { faultOf } from './fault-of.ts';

/** Tries at once. How it goes is told as the host's state; only a refused question is toasted. */
export function connectHost(host: HostId): void {
  api.hosts.connect({ host }).catch(ignoreOrToast);
}

/** A connection that fails is shown where the host is; what is left are faults of the call itself. */
function ignoreOrToast(error: unknown): void {
  const fault = faultOf(error);
  if (fault.code === 'bad-input' || fault.code === 'busy' || fault.code === 'internal') {
    toast({ variant: 'danger', title: fault.message, body: fault.remedy ?? undefined });
  }
}
