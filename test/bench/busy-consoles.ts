import type { Page } from 'playwright-core';
import type { PrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type ConsoleGuest, startConsoleGuest } from './console-guest.ts';
import { startGuesthouse } from './our-window.ts';
import { printRow } from './row.ts';
import { installScreenMeter, measureScreen } from './screen-meter.ts';

const GUESTS = 4;
const WATCH_MS = 15_000;
const VISIBLE = 'visible=true';

interface Answers {
  /** Milliseconds that a timer of the page had to wait. */
  readonly p95: number;
  readonly longest: number;
}

/** Four screens that change ten times a second and four terminals that are written to, in one window; how soon that answers. */
export async function benchBusyConsoles(daemon: PrivateLibvirtd): Promise<void> {
  const guests: ConsoleGuest[] = [];
  for (let number = 1; number <= GUESTS; number += 1) guests.push(await startConsoleGuest(daemon, `busy-${number}`));
  const window = await startGuesthouse(daemon.uri);
  try {
    for (const { name } of guests) await window.page.getByText(name, { exact: true }).first().waitFor();
    const consoles = await openAll(window.page, () => window.app.waitForEvent('window'), guests);
    await installScreenMeter(consoles);
    const rest = await answers(consoles);
    for (const guest of guests) guest.scroll();
    await consoles.waitForTimeout(3000);
    const [busy, { framesPerSecond }] = await Promise.all([answers(consoles), measureScreen(consoles, WATCH_MS)]);
    const shape = { unit: 'ms', runs: 1, note: `${framesPerSecond.toFixed(0)} pictures a second in all` };
    const name = `P8 ${GUESTS} busy screens and ${GUESTS} busy terminals in one window: it answers`;
    printRow({ ...shape, name: `${name} within (95 of 100)`, value: busy.p95, against: { name: 'the same at rest', value: rest.p95 } });
    printRow({ ...shape, name: `${name} at the latest`, value: busy.longest, against: { name: 'the bar', value: 100 } });
  } finally {
    await window.stop();
    for (const guest of guests) await guest.stop();
  }
}

/** All of them as tabs of one window, each with its terminal and its screen. */
async function openAll(page: Page, opened: () => Promise<Page>, guests: readonly ConsoleGuest[]): Promise<Page> {
  const open = (id: string) =>
    page.evaluate((guest) => window.guesthouse.invoke('windows.open', { guest: { host: 'local', id: guest }, into: 'tab' }), id);
  const first = opened();
  await open(guests[0]?.id ?? '');
  const consoles = await first;
  for (const { id } of guests) {
    await open(id);
    await consoles
      .getByRole('button', { name: /Virtio/ })
      .locator(VISIBLE)
      .click();
    await consoles.locator('.xterm').locator(VISIBLE).waitFor();
    await consoles.getByRole('button', { name: /VNC/ }).locator(VISIBLE).click();
    await consoles.getByRole('application', { name: 'Screen of the guest' }).locator(VISIBLE).waitFor();
  }
  return consoles;
}

async function answers(page: Page): Promise<Answers> {
  return page.evaluate(async (span) => {
    const waits: number[] = [];
    const began = performance.now();
    let last = began;
    while (last - began < span) {
      await new Promise((resolve) => setTimeout(resolve, 4));
      const now = performance.now();
      waits.push(now - last);
      last = now;
    }
    waits.sort((one, other) => one - other);
    return { p95: waits[Math.floor(waits.length * 0.95)] ?? 0, longest: waits.at(-1) ?? 0 };
  }, WATCH_MS);
}
