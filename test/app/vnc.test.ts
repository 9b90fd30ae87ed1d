import { mkdir, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { privateLibvirtdObstacle } from '../bed/private-libvirtd.ts';
import { chooseScale, compare, painted, setVncStage, showConsole, shownAt, startFirmware, type VncStage } from './vnc-stage.ts';

// VNC of real guests in the real window, held pixel by pixel against what the hypervisor says the guest shows.

const obstacle = await privateLibvirtdObstacle();
if (obstacle !== undefined) console.warn(`Skipped: screens in the real window: ${obstacle}`);

const patience = { timeout: 60_000, interval: 300 };
const pictures = 'out/vnc';

describe.skipIf(obstacle !== undefined).each([1, 1.5])('at %d pixels of the screen for one of the page', (density) => {
  let stage: VncStage;
  const same = (factor: number) =>
    expect.poll(async () => {
      const { different, compared, lit } = await compare(stage, 'still', factor);
      return { different, enough: compared > 50_000, lit: lit > 500 };
    }, patience);

  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
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
