import type { Locator, Page } from 'playwright-core';
import { guestId } from '../../backends/fake/seed.ts';
import { takeWire } from './wire.ts';

/** The console of a guest whose end of it a test has in its hands. */
export const at = `/hosts/local/guests/${guestId(0)}/console`;

/** Opens elsewhere first: the port must be ours before the page asks for one. `drawn`: what shows that a terminal is there. */
export async function openConsole(page: Page, kind: 'Screen' | 'Serial 1', drawn = '.xterm-rows'): Promise<void> {
  await takeWire(page, 'replace');
  await page.evaluate((hash) => (window.location.hash = hash), at);
  await page.waitForFunction(() => 'wire' in window);
  if (kind === 'Screen') return;
  // A page shows the screen first; its wire is not the one that is wanted.
  const screen = await page.evaluateHandle(() => window.wire);
  await page.getByRole('button', { name: kind }).click();
  await page.waitForFunction((other) => window.wire !== other, screen);
  await page.locator(drawn).first().waitFor();
}
export const bytesOf = (text: string): number[] => [...new TextEncoder().encode(text)];
export const send = async (page: Page, bytes: readonly number[]) =>
  page.evaluate(
    async (encoded) => window.wire.send(Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0))),
    Buffer.from(bytes).toString('base64'),
  );

/** A server's part of a connection: its version, to which noVNC answers before it looks further; its opening; what follows. */
export const serve = async (page: Page, opening: readonly number[], more: readonly number[] = []) => {
  await send(page, opening.slice(0, 12));
  await send(page, opening.slice(12));
  await send(page, more);
};

export const received = async (page: Page) => page.evaluate(() => String.fromCharCode(...window.wire.received));

/** The first pixel of the first of these canvases; null where there is none. Read from a copy: a canvas that is read is slow from then on. */
export const firstPixel = async (canvases: Locator) =>
  canvases.evaluateAll(([canvas]) => {
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    if (!(canvas instanceof HTMLCanvasElement) || canvas.width === 0 || context === null) return null;
    context.drawImage(canvas, 0, 0);
    return [...context.getImageData(0, 0, 1, 1).data];
  });
