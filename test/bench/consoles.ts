import type { Page } from 'playwright-core';
import type { PrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { startBareVnc } from './bare-vnc.ts';
import { type ConsoleGuest, startConsoleGuest } from './console-guest.ts';
import { type OurWindow, startGuesthouse } from './our-window.ts';
import { median, printRow } from './row.ts';
import { installScreenMeter, measureKeys, measureScreen, type ScreenRate } from './screen-meter.ts';

const ROUNDS = 3;
const WATCH_MS = 8000;
const KEYS = 30;
const BARE = 'noVNC over a bare WebSocket';

interface ScreenFigures {
  readonly rates: ScreenRate[];
  readonly keys: number[];
}

/** B11 and B12: a guest's moving screen, and a key that changes it, through the whole path. */
export async function benchConsoles(daemon: PrivateLibvirtd): Promise<void> {
  const guest = await startConsoleGuest(daemon, 'busy');
  try {
    await benchScreen(daemon, guest);
  } finally {
    await guest.stop();
  }
}

async function benchScreen(daemon: PrivateLibvirtd, guest: ConsoleGuest): Promise<void> {
  const ours: ScreenFigures = { rates: [], keys: [] };
  const bare: ScreenFigures = { rates: [], keys: [] };
  // Turn about, so that whatever else the machine does meets both.
  for (let round = 0; round < ROUNDS; round += 1) {
    const window = await openOurs(daemon, guest, /VNC/);
    await watch(window.page, guest, ours);
    await window.stop();
    const rival = await startBareVnc(guest.vncPort);
    await installScreenMeter(rival.page);
    await rival.page.waitForFunction(() => 'openScreen' in globalThis);
    await rival.page.evaluate(() => Reflect.get(globalThis, 'openScreen')());
    await watch(rival.page, guest, bare);
    await rival.stop();
  }
  const of = (figures: ScreenFigures, figure: keyof ScreenRate) => median(figures.rates.map((rate) => rate[figure]));
  for (const [figure, unit] of [
    ['framesPerSecond', 'frames/s'],
    ['megabytesPerSecond', 'MB/s'],
  ] as const) {
    const against = { name: BARE, value: of(bare, figure) };
    printRow({ name: 'B11 a screen of 1280 × 800 that changes as a whole', value: of(ours, figure), unit, against, runs: ROUNDS });
  }
  const against = { name: BARE, value: median(bare.keys) };
  printRow({ name: 'B12 from a key to the changed picture', value: median(ours.keys), unit: 'ms', against, runs: ROUNDS * KEYS });
}

async function watch(page: Page, guest: ConsoleGuest, figures: ScreenFigures): Promise<void> {
  await page.waitForFunction(() => [...document.querySelectorAll('canvas')].some(({ width }) => width > 300));
  guest.animate();
  await page.waitForTimeout(2000);
  figures.rates.push(await measureScreen(page, WATCH_MS));
  await guest.rest();
  await page.waitForTimeout(2000);
  figures.keys.push(...(await measureKeys(page, KEYS)));
}

async function openOurs(daemon: PrivateLibvirtd, guest: ConsoleGuest, title: RegExp): Promise<OurWindow> {
  const window = await startGuesthouse(daemon.uri);
  await installScreenMeter(window.page);
  await window.page.getByText(guest.name, { exact: true }).first().waitFor();
  await window.page.evaluate((id) => (location.hash = `/hosts/local/guests/${id}/console`), guest.id);
  await window.page.getByRole('button', { name: title }).first().click();
  return window;
}
