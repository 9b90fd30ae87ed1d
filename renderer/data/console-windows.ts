import type { GuestRef } from '#model/guest';
import { api } from '../api.ts';
import { toast } from '../ui/toasts.ts';
import { faultOf } from './fault-of.ts';

/** Shows the guest's consoles in a window of their own, or in a tab of the one that was used last. What failed is toasted. */
export async function openConsoleWindow(guest: GuestRef, into: 'window' | 'tab' = 'window'): Promise<void> {
  try {
    await api.windows.open({ guest, into });
  } catch (error) {
    const { message, remedy, reason } = faultOf(error);
    toast({ variant: 'danger', title: message, body: [remedy, reason].filter(Boolean).join(' ') });
  }
}
