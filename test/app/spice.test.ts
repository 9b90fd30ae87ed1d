import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PrivateLibvirtd, privateLibvirtdObstacle, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type SerialLine, serialLine } from '../bed/serial-line.ts';
import { type ShellAgent, startShellAgent } from '../bed/shell-agent.ts';
import { startSpiceGuest } from '../bed/spice-guest.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { type RunningApp, startApp } from './launch.ts';

// SPICE of real guests in the real window: its picture is held against what the hypervisor says the guest shows.

const obstacle = await privateLibvirtdObstacle();
if (obstacle !== undefined) console.warn(`Skipped: SPICE in the real window: ${obstacle}`);

const patience = { timeout: 90_000, interval: 500 };
const pictures = 'out/spice';
const Agent = { mouseState: 1, announce: 6, fileStart: 10, fileStatus: 11, fileData: 12 } as const;

const screen = (page: Page) => page.getByRole('application', { name: 'Screen of the guest' });

/** Types on the US keyboard, with Shift where its sign needs it: SPICE carries places of keys, not signs. */
async function typeKeys(page: Page, text: string): Promise<void> {
  const places: Readonly<Record<string, string>> = { ' ': 'Space', '\n': 'Enter', '>': 'Shift+Period', '/': 'Slash', $: 'Shift+Digit4' };
  for (const sign of text) {
    const place = places[sign] ?? (/[A-Z]/.test(sign) ? `Shift+Key${sign}` : /\d/.test(sign) ? `Digit${sign}` : `Key${sign.toUpperCase()}`);
    await page.keyboard.press(place, { delay: 40 });
  }
}

/** How many pixels differ between the window's canvas and the hypervisor's screenshot, and how many are lit. */
async function compare(page: Page, daemon: PrivateLibvirtd, name: string) {
  const file = join(daemon.dir, `${name}.png`);
  await daemon.virsh('screenshot', name, file);
  const png = (await readFile(file)).toString('base64');
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const truth = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const shown = document.querySelector<HTMLCanvasElement>('.gh-spice canvas');
    const read = (source: CanvasImageSource) => {
      const context = new OffscreenCanvas(truth.width, truth.height).getContext('2d');
      context?.drawImage(source, 0, 0);
      return context?.getImageData(0, 0, truth.width, truth.height).data ?? new Uint8ClampedArray();
    };
    const [expected, actual] = [read(truth), shown === null ? new Uint8ClampedArray() : read(shown)];
    let [different, lit] = [0, 0];
    for (let i = 0; i < expected.length; i += 4) {
      if (expected[i] !== actual[i] || expected[i + 1] !== actual[i + 1] || expected[i + 2] !== actual[i + 2]) different += 1;
      if ((expected[i] ?? 0) + (expected[i + 1] ?? 0) + (expected[i + 2] ?? 0) > 60) lit += 1;
    }
    return { sameSize: shown?.width === truth.width && shown.height === truth.height, different, lit };
  }, png);
}

describe.skipIf(obstacle !== undefined).each([
  ['qxl', `<model type='qxl'/>`],
  ['virtio', `<model type='virtio'/>`],
])('a guest with %s', (name, video) => {
  let daemon: PrivateLibvirtd;
  let running: RunningApp;
  let page: Page;
  let line: SerialLine;
  let agent: ShellAgent;
  let log: string;
  let id: string;

  /** The whole picture, but for the text cursor, which blinks. */
  const same = () =>
    expect.poll(async () => {
      const { sameSize, different, lit } = await compare(page, daemon, name);
      return { sameSize, same: different <= 64, lit: lit > 100 };
    }, patience);
  const photograph = (what: string) => page.screenshot({ path: `${pictures}/${name}-${what}.png` });

  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
    daemon = await startPrivateLibvirtd();
    log = join(daemon.dir, 'log/serial.log');
    ({ id } = await startSpiceGuest(daemon, { name, video, serialLog: log }));
    running = await startApp({ uri: daemon.uri });
    page = running.page;
    page.setDefaultTimeout(60_000);
    await page.getByRole('link', { name: 'All guests' }).waitFor();
    await page.evaluate((hash) => (window.location.hash = hash), `/hosts/local/guests/${id}/console`);
    line = await serialLine(daemon, name, log);
    await line.until(/login:/, 120_000);
  });
  afterAll(async () => {
    if (running !== undefined) await photograph('last');
    line?.close();
    await running?.stop();
    await daemon?.stop();
  });

  test('its picture is that of the hypervisor', async () => {
    await screen(page).waitFor();
    await same().toEqual({ sameSize: true, same: true, lit: true });
    await photograph('login');
  });

  test('keys reach it, with and without Shift, and what they write is seen', async () => {
    await screen(page).focus();
    await typeKeys(page, 'root\n');
    const before = (await compare(page, daemon, name)).lit;
    await typeKeys(page, 'echo Typed $0 > /dev/ttyS0\n');
    await line.until(/Typed -sh/, 60_000);
    await typeKeys(page, 'dmesg\n');
    await expect.poll(async () => (await compare(page, daemon, name)).lit, patience).toBeGreaterThan(before);
    await same().toEqual({ sameSize: true, same: true, lit: true });
    await photograph('typed');
  });

  test('a key that is held when the window loses the focus is let go', async () => {
    await typeKeys(page, 'clear\n');
    await screen(page).focus();
    await page.keyboard.down('ShiftLeft');
    await screen(page).evaluate((element) => element.blur());
    await page.keyboard.up('ShiftLeft');
    await screen(page).focus();
    await typeKeys(page, 'echo unshifted > /dev/ttyS0\n');
    await line.until(/^unshifted/m, 60_000);
    await same().toEqual({ sameSize: true, same: true, lit: true });
  });

  test('without tablet or agent, a click gives the guest the mouse, and the release keys take it back', async () => {
    await page.getByText(/A click gives the mouse to the guest/).waitFor();
    const isLocked = () => page.evaluate(() => document.pointerLockElement !== null);
    await screen(page).click();
    await expect.poll(isLocked, patience).toBe(true);
    await page.keyboard.press('Control+Alt');
    await expect.poll(isLocked, patience).toBe(false);
  });

  test('with an agent the pointer is where the person has it, at any scale', async () => {
    line.type('root');
    await line.until(/\/root #/, 60_000);
    agent = startShellAgent(line, log);
    await expect.poll(async () => (await agent.heard()).some(({ type }) => type === Agent.announce), patience).toBe(true);
    agent.greet();
    const canvas = page.locator('.gh-spice canvas').first();
    const { width, height, shown } = await canvas.evaluate((element) => {
      if (!(element instanceof HTMLCanvasElement)) throw new Error('no canvas');
      const { x, y, width, height } = element.getBoundingClientRect();
      return { width: element.width, height: element.height, shown: { x, y, width, height } };
    });
    expect(shown.width / width).toBeCloseTo(shown.height / height, 2);
    const seen = async () => {
      await page.mouse.move(shown.x + shown.width * 0.25, shown.y + shown.height * 0.5);
      await page.mouse.move(shown.x + shown.width * 0.75, shown.y + shown.height * 0.25);
      const last = (await agent.heard()).filter(({ type }) => type === Agent.mouseState).at(-1)?.data;
      return last === undefined ? null : { x: last.readUInt32LE(0), y: last.readUInt32LE(4) };
    };
    await expect.poll(seen, { timeout: 60_000, interval: 1000 }).not.toBeNull();
    const at = await seen();
    expect(Math.abs((at?.x ?? 0) - width * 0.75)).toBeLessThanOrEqual(2);
    expect(Math.abs((at?.y ?? 0) - height * 0.25)).toBeLessThanOrEqual(2);
  });

  test('with an agent the guest is asked to take the size of the window', async () => {
    await page.getByRole('button', { name: /^Size: / }).click();
    await page.getByRole('menuitem', { name: /follow/i }).click();
    const room = await page
      .locator('.gh-screen')
      .evaluate(({ clientWidth, clientHeight }) => [clientWidth, clientHeight].map((length) => length * devicePixelRatio));
    // The server tells the graphics card itself, not the agent, where the guest's driver would hear of it.
    line.type('while sleep 1; do cat /sys/class/drm/card*/modes; done & watching=$!');
    await line.until(new RegExp(`^${2 * Math.floor((room[0] ?? 0) / 2)}x${2 * Math.floor((room[1] ?? 0) / 2)}\\s`, 'm'), 60_000);
    line.type('kill $watching');
  });

  test('a file that is dropped arrives in it', async () => {
    await screen(page).evaluate((element) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['what the file holds'], 'note.txt'));
      for (const type of ['dragover', 'drop'])
        element.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    });
    const heard = async (wanted: number) => (await agent.heard()).find(({ type }) => type === wanted)?.data.toString('latin1') ?? '';
    await expect.poll(() => heard(Agent.fileStart), { timeout: 60_000, interval: 1000 }).toContain('name=note.txt\nsize=19');
    agent.say(Agent.fileStatus, 1, 0);
    await expect.poll(() => heard(Agent.fileData), { timeout: 60_000, interval: 1000 }).toContain('what the file holds');
    await page.getByRole('button', { name: 'Copying a file' }).waitFor();
    agent.say(Agent.fileStatus, 1, 3);
    await page.getByRole('button', { name: 'File copied' }).click();
    await page.getByText('note.txt').waitFor();
    await photograph('file');
    await page.getByRole('button', { name: 'Remove' }).click();
  });

  test('its sound is played until it is silenced', async () => {
    // The PC's speaker at 440 Hz: the timer's third counter, then the gate that lets it through.
    const out = (port: number, ...values: readonly string[]) =>
      line.type(values.map((value) => `printf '\\${value}' | dd of=/dev/port bs=1 seek=${port} 2>/dev/null`).join('; '));
    out(67, '266');
    out(66, '227', '012');
    out(97, '003');
    await page.getByRole('button', { name: 'Sound is on' }).click();
    await page.getByRole('button', { name: 'Sound is off' }).waitFor();
    out(97, '000');
  });

  test('another viewer gets the display; that is said, and the display not fought over', async () => {
    const other = await connectTo(daemon.uri);
    await other.listGuests();
    const main = await other.openConsole(id, 'spice0', { force: false });
    await page.getByText('one viewer at a time').waitFor();
    await photograph('taken');
    await main.close();
    await other.close();
    await page.getByRole('button', { name: 'Take over' }).click();
    // Also where QXL's driver has made its surface larger than what it shows of it, as it was asked to follow the window.
    await same().toEqual({ sameSize: true, same: true, lit: true });
  });

  test('when it is forced off, the window says that it is', async () => {
    await daemon.virsh('destroy', name);
    await screen(page).waitFor({ state: 'detached' });
    await page
      .getByText(/shut off|is off/i)
      .first()
      .waitFor();
  });
});
