import type { Page } from 'playwright-core';
import { at } from './console-wire.ts';
import { takeWire, type Wire } from './wire.ts';

/** The channels of a SPICE console, whose server a test is. */
export type SpiceWire = 'main' | 'display' | 'inputs' | 'cursor' | 'playback';

declare global {
  interface Window {
    /** Which ticket each channel was opened with. */
    spiceTickets: Map<string, string>;
  }
}

/** Has the window believe that the guest's screen speaks SPICE, and opens it. */
export async function openSpice(page: Page): Promise<void> {
  await takeWire(page, 'replace');
  await page.evaluate(() => {
    const { guesthouse } = window;
    const invoke = guesthouse.invoke.bind(guesthouse);
    window.spiceTickets = new Map();
    Object.assign(guesthouse, {
      invoke: async (channel: string, input: unknown) => {
        if (channel === 'consoles.open' && typeof input === 'object' && input !== null && 'ticket' in input) {
          const which: unknown = 'channel' in input ? input.channel : undefined;
          const type = typeof which === 'object' && which !== null && 'type' in which ? String(which.type) : 'main';
          window.spiceTickets.set(type, String(input.ticket));
        }
        const reply: unknown = await invoke(channel, input);
        if (channel !== 'guests.describe') return reply;
        return JSON.parse(JSON.stringify(reply).replaceAll('"kind":"vnc"', '"kind":"spice"'));
      },
    });
  });
  await page.evaluate((hash) => (window.location.hash = hash), at);
  await wireOf(page, 'main');
}

/** Has the window ask for the same screen once more. */
export async function reconnect(page: Page): Promise<void> {
  // Else the ends of the last time would be found.
  await page.evaluate(() => window.spiceTickets.clear());
  await page.getByRole('button', { name: 'Reconnect' }).click();
  await wireOf(page, 'main');
}

/** The server's end of a channel, once the window has opened it. */
export const wireOf = async (page: Page, type: SpiceWire) =>
  page.waitForFunction((name): Wire | null => window.wires?.get(window.spiceTickets.get(name) ?? '') ?? null, type);

/** Resolves when all of it was given back, or the window closed the channel. */
export async function say(page: Page, type: SpiceWire, bytes: readonly number[]): Promise<void> {
  const wire = await wireOf(page, type);
  await wire.evaluate(async (end, encoded) => {
    if (end !== null) await end.send(Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0)));
  }, Buffer.from(bytes).toString('base64'));
}

/** What the window sent on a channel: type and body of each message. */
export async function heard(page: Page, type: SpiceWire): Promise<{ readonly type: number; readonly body: Buffer }[]> {
  const wire = await wireOf(page, type);
  const all = Buffer.from(await wire.evaluate((end) => end?.received ?? []));
  const messages: { type: number; body: Buffer }[] = [];
  for (let from = 0; from + 6 <= all.length;) {
    const end = from + 6 + all.readUInt32LE(from + 2);
    messages.push({ type: all.readUInt16LE(from), body: all.subarray(from + 6, end) });
    from = end;
  }
  return messages;
}

export const le16 = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff];
export const le32 = (value: number): number[] => [...le16(value), ...le16(value >>> 16)];
export const message = (type: number, ...body: readonly (readonly number[])[]): number[] => {
  const bytes = body.flat();
  return [...le16(type), ...le32(bytes.length), ...bytes];
};

/** Main channel: session 7, a tablet, an agent with tokens or none. Source: spice.proto, MainChannel. */
export const init = (tokens = 0): number[] =>
  message(103, le32(7), le32(1), le32(3), le32(2), le32(tokens > 0 ? 1 : 0), le32(tokens), le32(0), le32(0));
const numbers = { main: 1, display: 2, inputs: 3, cursor: 4, playback: 5 } as const;
export const channels = (...offered: readonly SpiceWire[]): number[] =>
  message(104, le32(offered.length), ...offered.map((type) => [numbers[type], 0]));

export const rect = (left: number, top: number, width: number, height: number): number[] =>
  [top, left, top + height, left + width].flatMap((each) => le32(each));
/** Surface 0, 32 bits a pixel without alpha, the one that is shown. */
export const surface = (width: number, height: number): number[] => message(314, le32(0), le32(width), le32(height), le32(32), le32(1));
const base = (width: number, height: number): number[] => [...le32(0), ...rect(0, 0, width, height), 0];
const noMask = [0, ...le32(0), ...le32(0), ...le32(0)];
const imageOf = (kind: number, width: number, height: number, data: readonly number[]): number[] => [
  ...le32(1),
  ...le32(0),
  kind,
  0,
  ...le32(width),
  ...le32(height),
  ...data,
];
/** An image of SpiceImageType `kind` at the upper left corner. */
export function drawCopy(kind: number, width: number, height: number, data: readonly number[]): number[] {
  const head = [...base(width, height), ...le32(57), ...rect(0, 0, width, height), ...le16(8), 1, ...noMask];
  return message(304, head, imageOf(kind, width, height, data));
}
/** The same over what is there, by its alpha values. */
export function drawAlpha(kind: number, width: number, height: number, data: readonly number[]): number[] {
  const head = [...base(width, height), 0, 255, ...le32(43), ...rect(0, 0, width, height)];
  return message(313, head, imageOf(kind, width, height, data));
}
export const fill = (width: number, height: number, color: number): number[] =>
  message(302, base(width, height), [1, ...le32(color)], le16(8), noMask);
/** ROP3: all of the surface with itself and white, by XOR of pattern and source. */
export function drawRop3(width: number, height: number): number[] {
  const head = [...base(width, height), ...le32(61), ...rect(0, 0, width, height), 1, ...le32(0xffffff), 0x3c, 1, ...noMask];
  return message(309, head, imageOf(104, width, height, le32(0)));
}
/** Bytes behind their own count. */
export const counted = (bytes: readonly number[]): number[] => [...le32(bytes.length), ...bytes];
/** A message of the guest's agent in one chunk. Source: spice-protocol, vd_agent.h. */
export const agentSays = (type: number, data: readonly number[]): number[] =>
  message(109, le32(1), le32(type), le32(0), le32(0), counted(data));
