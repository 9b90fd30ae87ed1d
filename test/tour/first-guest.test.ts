import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { ownNetworkObstacle } from '../bed/own-network.ts';
import { Desktop } from './desktop.ts';
import { comparePicture } from './guest-picture.ts';
import { setStage, type Stage } from './stage.ts';
import { tourSteps } from './tour-steps.ts';

const NAME = 'first-guest';
let stage: Stage;
let page: Page;
let desktop: Desktop;
const tour = tourSteps('first-guest', () => ({ page, desktop }));
const { step, pictures } = tour;

/** Polls `read` until it is what was expected; for what is outside the page and tells nobody of itself. */
const eventually = <T>(read: () => Promise<T>, timeout: number) => expect.poll(read, { timeout, interval: 200 });

beforeAll(async () => {
  const obstacle = ownNetworkObstacle();
  if (obstacle !== undefined) throw new Error(obstacle);
  stage = await setStage();
  page = stage.page;
  page.setDefaultTimeout(20_000);
  desktop = new Desktop(stage.display);
});
afterAll(async () => {
  if (tour.broken && stage !== undefined) {
    await desktop.photograph(`${pictures}/failed.png`);
    console.log(await stage.log());
  }
  await stage?.stop();
});

step('The window shows this computer', async () => {
  await page.getByRole('link', { name: 'All guests' }).waitFor();
  await page.getByText('No guests yet').waitFor();
  await page.getByRole('button', { name: 'Create guest' }).first().waitFor();
});

step('An ISO is chosen in the file dialog and recognised', async () => {
  await page.getByRole('button', { name: 'Create guest' }).first().click();
  await page.getByRole('button', { name: 'Choose ISO image' }).click();
  await desktop.focus('Choose an ISO image', 10_000);
  await desktop.photograph(`${pictures}/file-dialog.png`);
  // In GTK's dialog a slash opens the field for a path.
  await desktop.type(stage.iso);
  await desktop.press('Return');
  await page
    .getByText(/Debian GNU\/Linux 11|Debian 11/)
    .first()
    .waitFor();
});

step('Name, memory and processors are filled in', async () => {
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill(NAME);
  // What osinfo-db recommends for the recognised system.
  expect(await page.getByRole('textbox', { name: 'Memory' }).inputValue()).toBe('1');
  expect(await page.getByRole('textbox', { name: 'Virtual CPUs' }).inputValue()).toBe('2');
  await page.getByRole('button', { name: 'Next' }).click();
});

step('A host without a pool gets one, when asked', async () => {
  await page.getByText(/no active storage pool/).waitFor();
  expect(await stage.daemon.virsh('pool-list', '--all', '--name')).not.toContain('default');
  await page.getByRole('button', { name: 'Make the pool “default”' }).click();
  await expect.poll(() => page.getByLabel('New disk').isChecked()).toBe(true);
  expect(await stage.daemon.virsh('pool-list', '--name')).toContain('default');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Next' }).click();
});

step(
  'The review says what will be made, and why emulated',
  async () => {
    await page
      .getByText(/emulat/i)
      .first()
      .waitFor();
    expect(await stage.daemon.virsh('list', '--all', '--name')).not.toContain(NAME);
  },
  'review',
);

step('The guest is created and its screen shows the boot', async () => {
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.locator('.gh-console canvas').waitFor();
  await eventually(async () => (await comparePicture(page, stage.daemon, NAME)).lit, 60_000).toBeGreaterThan(0.002);
  expect(await stage.daemon.virsh('domstate', NAME)).toContain('running');
  expect(await stage.daemon.virsh('vol-list', 'default')).toContain(`${NAME}.qcow2`);
});

step('The console shows what the hypervisor says the screen shows', async () => {
  await eventually(async () => (await comparePicture(page, stage.daemon, NAME)).different, 60_000).toBeLessThan(0.01);
});

step('The serial console answers a command', async () => {
  await page.getByRole('button', { name: 'Serial console' }).click();
  const terminal = page.locator('.xterm-rows');
  await terminal.waitFor();
  await page.locator('.gh-terminal').click();
  await expect
    .poll(
      async () => {
        await page.keyboard.press('Enter');
        return terminal.textContent();
      },
      { timeout: 90_000, interval: 1000 },
    )
    .toContain('tiny login:');
  await page.keyboard.type('root\n');
  await expect.poll(() => terminal.textContent(), { timeout: 20_000 }).toContain('#');
  await page.keyboard.type('echo answer $((6 * 7)) from $(uname -s)\n');
  await expect.poll(() => terminal.textContent(), { timeout: 20_000 }).toContain('answer 42 from Linux');
});

step(
  'Keys typed into the screen reach the guest',
  async () => {
    await page
      .getByRole('button', { name: /screen|graphical|vnc|display/i })
      .first()
      .click();
    const screen = page.locator('.gh-console canvas');
    await screen.click();
    await eventually(async () => (await comparePicture(page, stage.daemon, NAME)).different, 20_000).toBeLessThan(0.01);
    await page.keyboard.type('root\n', { delay: 120 });
    await page.keyboard.type('clear\n', { delay: 120 });
    const lit = async () => (await comparePicture(page, stage.daemon, NAME)).lit;
    await eventually(lit, 30_000).toBeLessThan(0.01);
    await page.keyboard.type('cat /proc/cpuinfo\n', { delay: 120 });
    await eventually(lit, 30_000).toBeGreaterThan(0.03);
  },
  'console',
);

step(
  'The four graphs move while the guest works',
  async () => {
    // A guest without a tablet has the pointer for itself, until it is released.
    await page.keyboard.press('Control+Alt');
    await page.getByRole('button', { name: 'Serial console' }).click();
    await page.locator('.gh-terminal').click();
    await page.keyboard.type('activity 25\n');
    await page.getByRole('tab', { name: 'Performance' }).click();
    const values = (chart: string) =>
      page
        .getByRole('img', { name: new RegExp(`^${chart}: `) })
        .getAttribute('aria-label')
        .then((label) => label ?? '');
    await expect.poll(() => values('CPU'), { timeout: 20_000 }).toMatch(/Used ([2-9]\d|100) %/);
    await expect.poll(() => values('Memory'), { timeout: 20_000 }).toMatch(/Used [1-9][\d.,]* MiB/);
    await expect.poll(() => values('Disks'), { timeout: 30_000 }).toMatch(/(Read|Written) [1-9][\d.,]* (kB|MB|GB)\/s/);
    await expect.poll(() => values('Network'), { timeout: 30_000 }).toMatch(/(Received|Sent) [1-9][\d.,]* (B|kB|MB)\/s/);
    // Some seconds of curve to look at in the picture.
    await page.waitForTimeout(8000);
  },
  'performance',
);

step(
  'A change made by virsh shows within a second',
  async () => {
    await page.getByRole('link', { name: 'All guests' }).click();
    const row = page.getByRole('row', { name: new RegExp(NAME) });
    await row.getByText('Running').waitFor();
    await stage.daemon.virsh('suspend', NAME);
    await row.getByText('Paused').waitFor({ timeout: 15_000 });
    await stage.daemon.virsh('resume', NAME);
    await row.getByText('Running').waitFor({ timeout: 15_000 });
  },
  'guests',
);

step('It is paused and resumed from the keyboard', async () => {
  const row = page.getByRole('row', { name: new RegExp(NAME) });
  await row.click();
  await page.keyboard.press('Space');
  await row.getByText('Paused').waitFor({ timeout: 15_000 });
  await page.keyboard.press('Space');
  await row.getByText('Running').waitFor({ timeout: 15_000 });
  await page.keyboard.press('Enter');
  await page.getByRole('tab', { name: 'Overview' }).waitFor();
});

step('It is shut down', async () => {
  await page.getByRole('button', { name: 'Shut down', exact: true }).click();
  await page.getByText('Shut off').first().waitFor({ timeout: 60_000 });
  expect(await stage.daemon.virsh('domstate', NAME)).toContain('shut off');
});

step('It is deleted with its disk, after the question', async () => {
  await page.getByRole('button', { name: 'More actions' }).click();
  const asked = stage.app.waitForEvent('window');
  await page.getByRole('menuitem', { name: /Delete/ }).click();
  const question = await asked;
  const disk = question.getByRole('checkbox', { name: new RegExp(`${NAME}\\.qcow2`) });
  await disk.waitFor();
  expect(await disk.isChecked()).toBe(true);
  await desktop.focus('Delete', 10_000);
  await desktop.photograph(`${pictures}/question.png`);
  const closed = question.waitForEvent('close');
  // The window goes with the click, which Playwright may take for a failure; that it did what it should is seen below.
  await question
    .getByRole('button', { name: /Delete/ })
    .click()
    .catch(() => undefined);
  await closed;
  await eventually(() => stage.daemon.virsh('list', '--all', '--name'), 20_000).not.toContain(NAME);
  await eventually(() => stage.daemon.virsh('vol-list', 'default'), 20_000).not.toContain(NAME);
  await page.getByText('No guests yet').waitFor();
});
