import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
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
/** QEMU looks every second whether somebody has opened a pseudo terminal. */
const SETTLED_MS = 3000;
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

/**
 * Whatever comes within a time counts: of what a guest writes to a virtio console faster than it is read, QEMU drops the rest (hw/char/virtio-console.c),
 * so that no text comes whole.
 */
async function benchText(daemon: PrivateLibvirtd, guest: ConsoleGuest): Promise<void> {
  const figures: Record<'ours' | 'virsh' | 'waits', number[]> = { ours: [], virsh: [], waits: [] };
  guest.write();
  for (let round = 0; round < ROUNDS; round += 1) {
    const ours = await openOurs(daemon, guest, /Virtio/);
    await ours.page.locator('.xterm').first().waitFor();
    await pause(SETTLED_MS);
    const { rate, longestWait } = await ours.page.evaluate(readText, WATCH_MS);
    figures.ours.push(rate);
    figures.waits.push(longestWait);
    await ours.stop();
    figures.virsh.push(await readByVirsh(daemon, guest));
  }
  await guest.rest();
  printRow({
    name: 'B13 text from a virtio console to the screen',
    value: median(figures.ours),
    unit: 'MB/s',
    against: { name: 'virsh console into a pty', value: median(figures.virsh) },
    runs: ROUNDS,
  });
  printRow({
    name: 'B13 longest that the window did not answer meanwhile',
    value: median(figures.waits),
    unit: 'ms',
    against: { name: 'the bar', value: 100 },
    runs: ROUNDS,
  });
}

/** In the page: MB of text a second, and the longest that a timer had to wait meanwhile, ms. */
async function readText(span: number): Promise<{ rate: number; longestWait: number }> {
  const began = performance.now();
  const { bytes } = window.screenMeter;
  let last = began;
  let longestWait = 0;
  while (last - began < span) {
    await new Promise((resolve) => setTimeout(resolve, 4));
    const now = performance.now();
    longestWait = Math.max(longestWait, now - last);
    last = now;
  }
  return { rate: (window.screenMeter.bytes - bytes) / 1000 / (last - began), longestWait };
}

/** Resolves to MB/s. */
async function readByVirsh(daemon: PrivateLibvirtd, guest: ConsoleGuest): Promise<number> {
  const reader = spawn(PYTHON, [script('virsh-console.py'), daemon.uri, guest.name, CONSOLE, String(SETTLED_MS), String(WATCH_MS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(reader.stdout)) return Number(line) / 1e6;
  throw new Error('virsh console ended before its time');
}
