import { z } from 'zod';

/** Which ways text may go between this computer's clipboard and a guest's. Neither, until the person allowed it for that guest. */
export const ClipboardWays = z.strictObject({ toGuest: z.boolean(), fromGuest: z.boolean() });
export type ClipboardWays = z.infer<typeof ClipboardWays>;

export const noWays: ClipboardWays = { toGuest: false, fromGuest: false };

/** What remains of 1 MiB, the most that a message of a window may have, when the rest of the message has its place. */
export const CLIPBOARD_BYTES = 1024 * 1024 - 4096;

/** Whether the text may travel between clipboards: at most CLIPBOARD_BYTES in UTF-8. A long one is not even looked through. */
export function fitsClipboard(text: string): boolean {
  if (text.length > CLIPBOARD_BYTES) return false;
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return bytes <= CLIPBOARD_BYTES;
}

/** When a change of a guest's definition counts: it is plugged into the running guest, or there from its next start. */
export const TakesEffect = z.enum(['now', 'next-start']);
export type TakesEffect = z.infer<typeof TakesEffect>;

/** The device by which a guest's agent shares the clipboard with one of its consoles. */
export const AgentChannel = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('present') }),
  /** It is in the definition, and not in the running guest. */
  z.strictObject({ kind: z.literal('next-start') }),
  z.strictObject({ kind: z.literal('missing'), addable: TakesEffect }),
  /** There is none and none can be added: a sentence without its full stop. */
  z.strictObject({ kind: z.literal('impossible'), why: z.string() }),
]);
export type AgentChannel = z.infer<typeof AgentChannel>;
