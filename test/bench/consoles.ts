import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { MiB } from '../../backends/model/quantity.ts';
import type { PrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { startBareVnc } from './bare-vnc.ts';
import { type ConsoleGuest, startConsoleGuest } from './console-guest.ts';
import { type OurWindow, startGuesthouse } from './our-window.ts';
import { PYTHON, script } from './python.ts';
import { median, printRow } from './row.ts';
import { installScreenMeter, measureKeys, measureScreen, type ScreenRate } from './screen-meter.ts';

const ROUNDS = 3;
const WATCH_MS = 8000;
const KEYS = 30;
const TEXT = 4 * MiB;
/** Without a byte for so long, none will come. */
const STALLED_MS = 60_000;
/** QEMU looks every second whether somebody has opened a pseudo terminal, and until then drops what its guest writes there. */
const NOTICED_MS = 3000;
/** What libvirt calls the guest's virtio console. */
const CONSOLE = 'console1';
const BARE = 'noVNC over a bare WebSocket';

interface ScreenFigures {
  readonly rates: ScreenRate[];
  readonly keys: number[];
}

/** B11 to B13: a guest's moving screen, a key that changes it, and a flood of text, each through the whole path. */
export async function benchConsoles(daemon: PrivateLibvirtd): Promise<void> {
  const guest = await startConsoleGuest(daemon, 'busy');
  try {
    await benchScreen(daemon, guest);
    await benchText(daemon, guest);
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

async function benchText(daemon: PrivateLibvirtd, guest: ConsoleGuest): Promise<void> {
  guest.type(`yes 'All work and no play makes a dull guest, and a line of eighty columns.' | head -c ${TEXT} >/run/text`);
  const times: Record<'ours' | 'virsh' | 'waits', number[]> = { ours: [], virsh: [], waits: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    const ours = await openOurs(daemon, guest, /Virtio/);
    await ours.page.locator('.xterm').first().waitFor();
    await pause(NOTICED_MS);
    // Before the first byte: the page may be slow to begin to look.
    const before = await ours.page.evaluate(() => {
      window.screenMeter.firstBytes = null;
      return window.screenMeter.bytes;
    });
    guest.type('cat /run/text >/dev/hvc0');
    const { seconds, longestWait } = await ours.page.evaluate(readText, { until: before + TEXT, patience: STALLED_MS });
    times.ours.push(seconds);
    times.waits.push(longestWait);
    await ours.stop();
    times.virsh.push(await readByVirsh(daemon, guest));
  }
  const rate = (seconds: readonly number[]) => TEXT / 1e6 / median(seconds);
  printRow({
    name: 'B13 text from a virtio console to the screen',
    value: rate(times.ours),
    unit: 'MB/s',
    against: { name: 'virsh console into a pty', value: rate(times.virsh) },
    runs: ROUNDS,
  });
  printRow({
    name: 'B13 longest that the window did not answer meanwhile',
    value: median(times.waits),
    unit: 'ms',
    against: { name: 'the bar', value: 100 },
    runs: ROUNDS,
  });
}

/** In the page: how long the text takes, from its first byte to its last, and the longest that a timer had to wait meanwhile, ms. */
async function readText({ until, patience }: { until: number; patience: number }): Promise<{ seconds: number; longestWait: number }> {
  const meter = window.screenMeter;
  let last = performance.now();
  let longestWait = 0;
  for (let [bytes, cameAt] = [meter.bytes, last]; meter.bytes < until;) {
    await new Promise((resolve) => setTimeout(resolve, 4));
    const now = performance.now();
    longestWait = Math.max(longestWait, now - last);
    last = now;
    if (meter.bytes > bytes) [bytes, cameAt] = [meter.bytes, now];
    if (now - cameAt > patience) throw new Error(`${until - meter.bytes} bytes of the text never came`);
  }
  return { seconds: (performance.now() - (meter.firstBytes ?? last)) / 1000, longestWait };
}

/** Resolves to seconds. */
async function readByVirsh(daemon: PrivateLibvirtd, guest: ConsoleGuest): Promise<number> {
  const reader = spawn(PYTHON, [script('virsh-console.py'), daemon.uri, guest.name, CONSOLE, String(TEXT)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(reader.stdout)) {
    if (line !== 'open') return Number(line);
    await pause(NOTICED_MS);
    guest.type('cat /run/text >/dev/hvc0');
  }
  throw new Error('virsh console said nothing');
}
