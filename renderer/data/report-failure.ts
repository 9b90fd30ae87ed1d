import { toast } from '../ui/toasts.ts';
import { faultOf } from './fault-of.ts';

/** Says what could not be done, where no form is left to say it in; nothing when the person themselves gave it up. */
export function reportFailure(what: string, error: unknown): void {
  const { code, message, remedy, reason } = faultOf(error);
  if (code !== 'cancelled') toast({ variant: 'danger', title: `${what}: ${message}`, body: [remedy, reason].filter(Boolean).join(' ') });
}
