import { execFile } from 'node:child_process';
import { chown, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { windowUser } from '../../build/setup/window-user.mjs';
import { ownNetworkObstacle } from '../bed/own-network.ts';
import { startWebServer, type WebServer } from '../bed/web-server.ts';
import { Desktop } from './desktop.ts';
import { comparePicture } from './guest-picture.ts';
import { setStage, type Stage } from './stage.ts';
import { tourSteps } from './tour-steps.ts';

// Storage and networks of one's own, and a guest made of what lies on the web, on both of them.
const run = promisify(execFile);
const NAME = 'workshop';
const PATIENCE = { timeout: 90_000, interval: 500 };

let stage: Stage;
let page: Page;
let desktop: Desktop;
let web: WebServer;
const tour = tourSteps('making', () => ({ page, desktop }));
const { step, pictures } = tour;

const inHost = (name: string) => page.getByRole('navigation', { name: 'Hosts' }).getByRole('link', { name, exact: true }).click();
const press = (name: string) => page.getByRole('main').getByRole('button', { name, exact: true }).click();
const volume = (name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
const tells = (...args: string[]) => expect.poll(() => stage.daemon.virsh(...args), PATIENCE);
async function act(name: string, item: string): Promise<Locator> {
  await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
  return page.getByRole('dialog');
}
/** Main asks in its own window, of which there is a picture; the answer closes it. */
async function agree(ask: () => Promise<unknown>, said: string, button: string): Promise<void> {
  const asked = stage.app.waitForEvent('window', { timeout: 60_000 });
  await ask();
  const question = await asked;
  await question.getByText(said).first().waitFor({ timeout: 60_000 });
  await desktop.photograph(`${pictures}/question-${button.toLowerCase().replaceAll(' ', '-')}.png`);
  const closed = question.waitForEvent('close');
  await question.getByRole('button', { name: button, exact: true }).evaluate((element: HTMLElement) => setTimeout(() => element.click()));
  await closed;
}

beforeAll(async () => {
  const obstacle = ownNetworkObstacle();
  if (obstacle !== undefined) throw new Error(obstacle);
  stage = await setStage();
  web = await startWebServer({ '/tiny.iso': await readFile(stage.iso) });
  page = stage.page;
  page.setDefaultTimeout(60_000);
  desktop = new Desktop(stage.display);
});
afterAll(async () => {
  if (tour.broken && stage !== undefined) {
    await desktop.photograph(`${pictures}/failed.png`);
    console.log(await stage.log());
  }
  await stage?.stop();
  await web?.close();
});

step('A pool is made of a folder', async () => {
  await inHost('Storage');
  await page.getByRole('heading', { name: 'No storage pool' }).waitFor();
  await page.getByRole('button', { name: 'New pool…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Folder on the host').fill(join(stage.daemon.dir, 'lib/lab'));
  await agree(() => dialog.getByRole('button', { name: 'Make pool' }).click(), 'Make the pool “lab”?', 'Make pool');
  await page.getByRole('heading', { name: 'This pool is empty' }).waitFor();
});

step('A volume is made in it, and grows', async () => {
  await page.getByRole('button', { name: 'New volume…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('data.qcow2');
  await dialog.getByLabel('Size', { exact: true }).fill('1');
  await dialog.getByRole('button', { name: 'Make volume' }).click();
  await volume('data.qcow2').getByText('1 GiB').waitFor();
  const resize = await act('data.qcow2', 'Resize…');
  await resize.getByLabel('New size', { exact: true }).fill('2');
  await resize.getByRole('button', { name: 'Resize' }).click();
  await volume('data.qcow2').getByText('2 GiB').waitFor();
  await volume('data.qcow2').getByText('Nobody').waitFor();
});

step('A network of one’s own is made and started', async () => {
  await inHost('Networks');
  await page.getByRole('button', { name: 'Create network' }).first().click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('lab');
  await page.getByLabel('IPv4 subnet').fill('10.77.141.0/24');
  await page.getByLabel('First address, IPv4 range 1').fill('10.77.141.10');
  await page.getByLabel('Last address, IPv4 range 1').fill('10.77.141.20');
  await press('Create');
  await page.getByRole('link', { name: 'lab', exact: true }).waitFor();
  await tells('net-info', 'lab').toMatch(/Active:\s+yes/);
});

step('A guest begins with an image on the web, which main asks about', async () => {
  await inHost('Guests');
  await page.getByRole('button', { name: 'Create guest' }).first().click();
  await page.getByRole('radio', { name: 'On the web' }).check();
  await page.getByRole('textbox', { name: 'Address of the ISO image' }).fill(`${web.url}/tiny.iso`);
  await agree(() => press('Look it up'), web.url, 'Fetch');
  await page.getByText('tiny.iso', { exact: true }).waitFor();
});

step('It gets a second disk, which is there already', async () => {
  await press('Next');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(NAME);
  await page.getByRole('textbox', { name: 'Memory', exact: true }).fill('256');
  await page.getByRole('combobox', { name: 'Unit of memory' }).selectOption('MiB');
  await press('Next');
  await page.getByRole('textbox', { name: 'Size', exact: true }).fill('1');
  await press('Add a disk');
  const second = page.getByRole('group', { name: 'Disk 2', exact: true });
  await second.getByRole('radio', { name: 'A disk that is there' }).check();
  await second.getByRole('row', { name: /data\.qcow2/ }).click();
});

step('And a second network card', async () => {
  await press('Next');
  await page.getByRole('radio', { name: 'default' }).check();
  await press('Add a network card');
  await page.getByLabel('Network card 2', { exact: true }).selectOption({ label: 'lab' });
});

step(
  'The review names all of it, and the command that does the same',
  async () => {
    await press('Next');
    await press('Show command');
    await page.getByText(/virt-install --connect/).waitFor();
    expect(await stage.daemon.virsh('list', '--all', '--name')).not.toContain(NAME);
  },
  'review',
);

step('It is fetched, made and started', async () => {
  await press('Create');
  await page.locator('.gh-console canvas').waitFor();
  await expect.poll(async () => (await comparePicture(page, stage.daemon, NAME)).lit, PATIENCE).toBeGreaterThan(0.002);
  const definition = await stage.daemon.virsh('dumpxml', NAME);
  for (const part of ['tiny.iso', `${NAME}.qcow2`, 'data.qcow2', "network='default'", "network='lab'"]) expect(definition).toContain(part);
});

step('Storage says that it needs the volume, which therefore cannot be deleted', async () => {
  await inHost('Storage');
  await volume('data.qcow2').getByRole('link', { name: NAME }).waitFor();
  await page.getByRole('button', { name: 'Actions for data.qcow2', exact: true }).click();
  expect(await page.getByRole('menuitem', { name: 'Delete…' }).getAttribute('aria-disabled')).toBe('true');
  await page.keyboard.press('Escape');
  await volume('data.qcow2').getByRole('link', { name: 'data.qcow2', exact: true }).click();
  await page.getByRole('region', { name: 'Details of data.qcow2' }).waitFor();
});

step(
  'The networks are drawn, with what hangs there',
  async () => {
    await inHost('Networks');
    await page.getByRole('button', { name: 'Drawing' }).click();
    const drawing = page.getByRole('region', { name: 'Drawing of the networks' });
    await drawing.getByText('lab', { exact: true }).first().waitFor();
    for (const network of ['default', 'lab']) await page.getByRole('row', { name: new RegExp(`${NAME}.*Network ${network}`) }).waitFor();
  },
  'networks',
);

step('A disk of this computer is moved into the pool: main names what will go', async () => {
  // A folder of the person's own, from which they may remove things.
  const folder = join(dirname(stage.iso), 'mine');
  const original = join(folder, 'old.qcow2');
  await mkdir(folder);
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', original, '64M']);
  const user = windowUser();
  if (user !== undefined) for (const path of [folder, original]) await chown(path, user.uid, user.gid);
  await inHost('Guests');
  await page.getByRole('button', { name: 'Create guest' }).first().click();
  await page.getByRole('radio', { name: 'Existing disk', exact: true }).press('Space');
  await press('Choose disk image');
  await desktop.focus('Choose a disk image', 10_000);
  await desktop.type(original);
  await desktop.press('Return');
  await page.getByText('qcow2, 64 MiB').waitFor();
  await press('Next');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('moved');
  await page.getByRole('textbox', { name: 'Memory', exact: true }).fill('64');
  await page.getByRole('combobox', { name: 'Unit of memory' }).selectOption('MiB');
  await press('Next');
  await page.getByRole('radio', { name: 'Move it into a pool' }).check();
  await desktop.photograph(`${pictures}/move.png`);
  await press('Review and create');
  await agree(() => press('Create'), original, 'Move it');
  await page.getByRole('heading', { level: 1, name: 'moved', exact: true }).waitFor();
  await expect
    .poll(
      () =>
        stat(original).then(
          () => true,
          () => false,
        ),
      PATIENCE,
    )
    .toBe(false);
  expect(await stage.daemon.virsh('dumpxml', 'moved')).toContain('lib/lab/moved.qcow2');
});
