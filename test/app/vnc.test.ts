import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { privateLibvirtdObstacle } from '../bed/private-libvirtd.ts';
import { tinyDomainXml, tinyGuest } from '../bed/tiny-guest.ts';
import { chooseScale, compare, painted, setVncStage, showConsole, shownAt, startFirmware, truth, type VncStage } from './vnc-stage.ts';
import { otherViewer } from './vnc-viewer.ts';

// VNC of real guests in the real window, held pixel by pixel against what the hypervisor says the guest shows.

const obstacle = await privateLibvirtdObstacle();
if (obstacle !== undefined) console.warn(`Skipped: screens in the real window: ${obstacle}`);

const patience = { timeout: 60_000, interval: 300 };
const pictures = 'out/vnc';

beforeAll(async () => void (await mkdir(pictures, { recursive: true })));

describe.skipIf(obstacle !== undefined).each([1, 1.5])('at %d pixels of the screen for one of the page', (density) => {
  let stage: VncStage;
  const same = (factor: number) =>
    expect.poll(async () => {
      const { different, compared, lit } = await compare(stage, 'still', factor);
      return { different, enough: compared > 50_000, lit: lit > 500 };
    }, patience);

  beforeAll(async () => {
    stage = await setVncStage(density);
    await showConsole(stage.page, await startFirmware(stage.daemon, 'still'));
  });
  afterEach(async ({ task }) => writeFile(`${pictures}/${density} ${task.name.replaceAll(/\W+/g, '-')}.png`, await painted(stage.app)));
  afterAll(async () => stage?.stop());

  test('100 % is exactly the guest’s picture', async () => {
    await chooseScale(stage.page, '100 %');
    await same(1).toEqual({ different: 0, enough: true, lit: true });
    const { ratio, width } = await shownAt(stage.page);
    expect(ratio).toBe(density);
    expect(Math.round(width)).toBe((await compare(stage, 'still', 1)).width);
  });

  test('200 % makes of each pixel a square of four', async () => {
    await chooseScale(stage.page, '200 %');
    await same(2).toEqual({ different: 0, enough: true, lit: true });
  });

  test('50 % is half as large', async () => {
    await chooseScale(stage.page, '50 %');
    const full = (await compare(stage, 'still', 1)).width;
    await expect.poll(async () => Math.round((await shownAt(stage.page)).width), patience).toBe(full / 2);
  });
});

describe.skipIf(obstacle !== undefined)('a screen that is not left alone', () => {
  let stage: VncStage;
  const returned = () =>
    expect.poll(async () => {
      if ((await stage.page.getByRole('application', { name: 'Screen of the guest' }).count()) === 0) return 'gone';
      return (await compare(stage, 'still', 1)).different;
    }, patience);
  const port = async () => 5900 + Number(/:(\d+)/.exec(await stage.daemon.virsh('vncdisplay', 'still'))?.[1]);

  beforeAll(async () => {
    stage = await setVncStage(1);
    await showConsole(stage.page, await startFirmware(stage.daemon, 'still'));
    await chooseScale(stage.page, '100 %');
  });
  afterEach(async ({ task }) => writeFile(`${pictures}/${task.name.replaceAll(/\W+/g, '-')}.png`, await painted(stage.app)));
  afterAll(async () => stage?.stop());

  test('a reset is seen through to the end', async () => {
    await returned().toBe(0);
    await stage.daemon.virsh('reset', 'still');
    await returned().toBe(0);
  });

  test('cut off by a viewer that comes and goes, it comes back by itself', async () => {
    const other = await otherViewer(await port(), false);
    const gone = stage.page.getByText('It is tried again by itself').or(stage.page.getByRole('button', { name: 'Take over' }));
    await gone.first().waitFor({ timeout: 60_000 });
    await writeFile(`${pictures}/cut.png`, await painted(stage.app));
    other.destroy();
    // In the meantime it may have found the screen taken, which is where it leaves the choice to the person.
    await expect
      .poll(async () => {
        const takeOver = stage.page.getByRole('button', { name: 'Take over' });
        if (await takeOver.isVisible()) await takeOver.click();
        return stage.page.getByRole('application', { name: 'Screen of the guest' }).count();
      }, patience)
      .toBe(1);
    await returned().toBe(0);
  });

  test('taken by another, it is taken back only by the person', async () => {
    const other = await otherViewer(await port(), false);
    await stage.page.getByText('Someone else has this').first().waitFor({ timeout: 60_000 });
    expect(other.destroyed).toBe(false);
    await writeFile(`${pictures}/taken.png`, await painted(stage.app));
    await stage.page.getByRole('button', { name: 'Take over' }).click();
    if (!other.closed) await once(other, 'close');
    await returned().toBe(0);
  });

  test('two viewers share it', async () => {
    const other = await otherViewer(await port(), true).catch(() => null);
    // Ours has it exclusively since it took it over.
    if (other !== null && !other.closed) await once(other, 'close');
    await stage.page.getByRole('button', { name: /^Quality: / }).click();
    await stage.page.getByRole('menuitem', { name: 'Share this screen' }).click();
    await returned().toBe(0);
    const guest = await otherViewer(await port(), true);
    await stage.daemon.virsh('reset', 'still');
    await returned().toBe(0);
    expect(guest.closed).toBe(false);
    guest.destroy();
  });
});

describe.skipIf(obstacle !== undefined)('a guest whose driver listens', () => {
  let stage: VncStage;
  beforeAll(async () => {
    stage = await setVncStage(1);
    const file = join(stage.daemon.dir, 'driven.xml');
    await writeFile(file, tinyDomainXml(await tinyGuest(), { name: 'driven' }).replace("<model type='vga'/>", "<model type='virtio'/>"));
    await stage.daemon.virsh('define', file);
    await stage.daemon.virsh('start', 'driven');
    await showConsole(stage.page, (await stage.daemon.virsh('domuuid', 'driven')).trim());
  });
  afterAll(async () => stage?.stop());

  test('follows the window', async () => {
    const size = async () => {
      const png = await truth(stage.daemon, 'driven');
      return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
    };
    const room = () =>
      stage.page.locator('.gh-screen').evaluate((element) => ({
        width: Math.floor(element.getBoundingClientRect().width),
        height: Math.floor(element.getBoundingClientRect().height),
      }));
    // The driver's first mode: larger than the firmware's.
    await expect.poll(async () => (await size()).width, { ...patience, timeout: 100_000 }).toBeGreaterThan(1000);
    await chooseScale(stage.page, 'Guest follows the window');
    await expect.poll(size, patience).toEqual(await room());
    // Nothing is stretched: where the guest fills the room, fitted means pixel for pixel.
    const different = async () => (await compare(stage, 'driven', 1)).different;
    await expect.poll(different, patience).toBe(0);
    await stage.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1100, 700));
    await expect.poll(async () => (await room()).height, patience).toBeLessThan(500);
    await expect.poll(async () => ({ ...(await size()), is: await room() }), patience).toMatchObject(await room());
    await expect.poll(different, patience).toBe(0);
    await writeFile(`${pictures}/follows.png`, await painted(stage.app));
  });

  test('has the mouse after a click, having no tablet, and gives it back', async () => {
    await stage.page.getByText('A click gives the mouse to the guest').waitFor();
    const screen = stage.page.getByRole('application', { name: 'Screen of the guest' });
    const isLocked = () => screen.evaluate((canvas) => document.pointerLockElement === canvas);
    await screen.click();
    await expect.poll(isLocked, patience).toBe(true);
    await stage.page.keyboard.down('Control');
    await stage.page.keyboard.down('Alt');
    await stage.page.keyboard.up('Alt');
    await stage.page.keyboard.up('Control');
    await expect.poll(isLocked, patience).toBe(false);
  });
});
