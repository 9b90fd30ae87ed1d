import type { Guest, GuestRef } from '#model/guest';
import { api } from '../api.ts';
import { readableText } from '../ui/foreign-text.tsx';
import { toast } from '../ui/toasts.ts';
import { faultOf } from './fault-of.ts';

/** Main asks where to. */
export async function saveScreenshot(ref: GuestRef, guest: Guest): Promise<void> {
  try {
    if (await api.guests.saveScreenshot(ref)) toast({ variant: 'success', title: `The screen of “${readableText(guest.name)}” was saved` });
  } catch (error) {
    const { message, remedy, reason } = faultOf(error);
    const title = `Save the screen of “${readableText(guest.name)}”: ${message}`;
    toast({ variant: 'danger', title, body: [remedy, reason].filter(Boolean).join(' ') });
  }
}
