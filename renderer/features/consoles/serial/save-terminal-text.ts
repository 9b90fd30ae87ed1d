import { CONSOLE_TEXT } from '#contract/consoles';
import type { GuestRef } from '#model/guest';
import { api } from '../../../api.ts';
import { faultOf } from '../../../data/fault-of.ts';
import { toast } from '../../../ui/toasts.ts';
import type { SerialTerminal } from './serial-terminal.ts';

/** Saves what a terminal has shown. Main asks where to. */
export async function saveTerminalText(guest: GuestRef, terminal: SerialTerminal | null): Promise<void> {
  if (terminal === null) return;
  try {
    const saved = await api.consoles.saveText({ guest, text: terminal.text(CONSOLE_TEXT) });
    if (saved) toast({ variant: 'success', title: 'What the terminal has shown was saved' });
  } catch (error) {
    const { message, remedy, reason } = faultOf(error);
    toast({ variant: 'danger', title: `The terminal was not saved: ${message}`, body: [remedy, reason].filter(Boolean).join(' ') });
  }
}
