import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { ownNetworkObstacle } from '../bed/own-network.ts';
import { SSH_USER } from '../bed/private-sshd.ts';
import { makeIso } from '../faults/storage-bed.ts';
import { Desktop } from './desktop.ts';
import { type HostsStage, setHostsStage } from './hosts-stage.ts';
import { tourSteps } from './tour-steps.ts';

/** Null while there is no such file. */
const sha256 = (file: string): Promise<string | null> =>
  readFile(file).then(
    (bytes) => createHash('sha256').update(bytes).digest('hex'),
    () => null,
  );

let stage: HostsStage;
let page: Page;
let desktop: Desktop;
const tour = tourSteps('hosts', () => ({ page, desktop }));
const { step } = tour;

/** A dead link is noticed after half a minute; then comes the back-off. */
const NOTICED = { timeout: 60_000 };

/** The line of a host in the sidebar, with its state. */
const line = (name: string) => page.getByRole('navigation', { name: 'Hosts' }).getByRole('link', { name: `Host ${name}` });
const shows = (name: string, word: string | RegExp, options: { timeout?: number } = {}) =>
  expect.poll(() => line(name).innerText(), { timeout: 20_000, interval: 200, ...options }).toMatch(word);

const field = (name: string) => page.getByRole('textbox', { name, exact: true });

async function openForm(kind: RegExp): Promise<void> {
  await page
    .getByRole('link', { name: 'Add connection' })
    .or(page.getByRole('button', { name: 'Add connection' }))
    .first()
    .click();
  await page.getByRole('radio', { name: kind }).check();
}

/** The next window in which main asks. Whoever waits for it does so before what makes it appear. */
const question = async (): Promise<Page> => {
  const asked = stage.app.windows().find((window) => window.url().startsWith('app://confirm')) ?? (await stage.app.waitForEvent('window'));
  await asked.getByRole('button', { name: 'Cancel' }).waitFor();
  return asked;
};

/** The answer closes the window, often before the click is known to have been made. */
async function answer(asked: Page, button: string): Promise<void> {
  const closed = asked.waitForEvent('close');
  await asked.getByRole('button', { name: button }).evaluate((element: HTMLElement) => setTimeout(() => element.click()));
  await closed;
}

async function givePassword(): Promise<void> {
  const asked = await question();
  await asked.getByLabel('Password', { exact: true }).fill(stage.sshd.password);
  await desktop.photograph(`${tour.pictures}/password.png`);
  await answer(asked, 'Log in');
}

beforeAll(async () => {
  const obstacle = ownNetworkObstacle();
  if (obstacle !== undefined) throw new Error(obstacle);
  stage = await setHostsStage();
  page = stage.page;
  page.setDefaultTimeout(20_000);
  desktop = new Desktop(stage.display);
});
afterAll(async () => {
  if (tour.broken && stage !== undefined) {
    await desktop.photograph(`${tour.pictures}/failed.png`);
    console.log(await stage.log());
  }
  await stage?.stop();
});

step('This computer is connected', async () => {
  await shows('This computer', 'Connected');
  await page.getByText('nearby').first().waitFor();
});

step('The person’s own session is added, and its daemon started', async () => {
  await openForm(/your own session/);
  await page.getByRole('button', { name: 'Add and connect' }).click();
  await shows('My session', 'Connected');
});

step('Its daemon is killed, and is back at once', async () => {
  await stage.killSessionDaemon();
  await shows('My session', /Waiting|Connecting|Failed/);
  await shows('My session', 'Connected');
});

step('A host of ssh is tried: its key is shown, and a password asked for', async () => {
  await openForm(/by ssh/);
  await field('Host').fill(stage.link.address);
  await field('User').fill(SSH_USER);
  await field('Port').fill(String(stage.sshd.port));
  await field('Name').fill('attic by ssh');
  await page.getByRole('button', { name: 'Test connection' }).click();
  const asked = await question();
  expect((await asked.locator('body').innerText()).replaceAll(/\s/g, '')).toContain(stage.sshd.fingerprint);
  await desktop.photograph(`${tour.pictures}/host-key.png`);
  await answer(asked, 'Trust and connect');
  await givePassword();
  await page.getByText(/Reached/).waitFor();
});

step(
  'It is added, and its guest is there',
  async () => {
    await page.getByRole('button', { name: 'Add and connect' }).click();
    await givePassword();
    await shows('attic by ssh', 'Connected');
    await line('attic by ssh').click();
  },
  'host',
);

step('Its guest’s screen comes over ssh', async () => {
  await page.getByRole('link', { name: 'All guests' }).click();
  await page.getByRole('row', { name: /distant/ }).dblclick();
  await page.getByRole('tab', { name: 'Console' }).click();
  await page.locator('.gh-console canvas').waitFor();
  // Scaled to its place, once its first picture is there.
  const width = async () => (await page.locator('.gh-console canvas').boundingBox())?.width ?? 0;
  await expect.poll(width, { timeout: 10_000 }).toBeGreaterThan(600);
});

step('A disk goes to the far host over ssh, and comes back the same', async () => {
  const tree = page.getByRole('navigation', { name: 'Hosts' }).getByRole('listitem');
  await tree
    .filter({ has: page.getByRole('link', { name: 'Host attic by ssh' }) })
    .getByRole('link', { name: 'Storage' })
    .click();
  await page.getByRole('button', { name: 'Upload to disks…' }).click();
  await desktop.focus('Choose a disk image', 10_000);
  await desktop.type(stage.image);
  await desktop.press('Return');
  await page.getByRole('dialog').getByRole('button', { name: 'Upload', exact: true }).click();
  const original = await sha256(stage.image);
  await expect.poll(() => sha256(join(stage.far.dir, 'lib/images/image.raw')), { timeout: 60_000 }).toBe(original);

  await page.getByRole('button', { name: 'Actions for image.raw' }).click();
  await page.getByRole('menuitem', { name: 'Download…' }).click();
  await desktop.focus('Save image.raw', 10_000);
  await desktop.press('ctrl+a');
  const back = join(dirname(stage.image), 'back.raw');
  await desktop.type(back);
  await desktop.press('Return');
  await expect.poll(() => sha256(back), { timeout: 60_000 }).toBe(original);
});

step('A guest is made there, from an ISO of this computer that is brought to a pool of the host', async () => {
  const iso = await makeIso(join(dirname(stage.image), 'medium.iso'), 'MEDIUM');
  // The dialog would offer to complete the name to it.
  await rm(`${iso}.d`, { recursive: true });
  const tree = page.getByRole('navigation', { name: 'Hosts' }).getByRole('listitem');
  const host = tree.filter({ has: page.getByRole('link', { name: 'Host attic by ssh' }) });
  await host.getByRole('link', { name: 'Guests', exact: true }).click();
  await page.getByRole('button', { name: 'Create guest' }).first().click();
  await page.getByRole('button', { name: 'Choose ISO image' }).click();
  await desktop.focus('Choose an ISO image', 10_000);
  await desktop.type(iso);
  await desktop.press('Return');
  await page.getByText('medium.iso', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('far-made');
  await page.getByRole('textbox', { name: 'Memory', exact: true }).fill('64');
  await page.getByRole('combobox', { name: 'Unit of memory' }).selectOption('MiB');
  // Nobody here knows whether KVM really works there.
  await page.getByRole('button', { name: /^Machine: / }).click();
  await page.getByLabel('Runs on').selectOption({ label: 'Emulation, x86_64' });
  await page.getByRole('button', { name: 'Disk', exact: true }).click();
  await page.getByRole('textbox', { name: 'Size', exact: true }).fill('1');
  await page.getByRole('button', { name: 'Review and create' }).click();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'far-made' }).waitFor({ timeout: 60_000 });
  expect(await sha256(join(stage.far.dir, 'lib/images/medium.iso'))).toBe(await sha256(iso));
  const definition = await stage.far.virsh('dumpxml', 'far-made');
  expect(definition).toContain(join(stage.far.dir, 'lib/images/medium.iso'));
  expect(definition).toContain(join(stage.far.dir, 'lib/images/far-made.qcow2'));
  await stage.far.virsh('destroy', 'far-made');
});

step('The same host by TLS, with certificates from a folder', async () => {
  await openForm(/by TLS/);
  await field('Host').fill(stage.link.address);
  await field('Port').fill(String(stage.far.ports.tls));
  await field('Name').fill('attic by TLS');
  await page.getByRole('group', { name: 'Certificates' }).getByRole('button', { name: 'Choose…' }).click();
  await desktop.focus('Choose the folder', 10_000);
  await desktop.type(stage.certificates);
  await desktop.press('Return');
  await page.getByRole('button', { name: 'Choose another…' }).waitFor();
  await page.getByRole('button', { name: 'Add and connect' }).click();
  await shows('attic by TLS', 'Connected');
});

step(
  'The cable is cut: both say so within a minute, and this computer is as it was',
  async () => {
    await stage.link.cut();
    await shows('attic by TLS', /Waiting|Connecting|Failed/, NOTICED);
    await shows('attic by ssh', /Waiting|Connecting|Failed/, NOTICED);
    await shows('This computer', 'Connected');
    await shows('My session', 'Connected');
    await page.getByRole('link', { name: 'All guests' }).click();
  },
  'cut',
);

step('It is mended: TLS is back by itself, ssh asks to log in', async () => {
  await stage.link.restore();
  await shows('attic by TLS', 'Connected', NOTICED);
  await shows('attic by ssh', 'Log in needed', NOTICED);
});

step('Logged in again, all four are there', async () => {
  await page.getByRole('navigation', { name: 'Hosts' }).getByRole('button', { name: 'Log in, attic by ssh' }).click();
  await givePassword();
  for (const name of ['This computer', 'My session', 'attic by ssh', 'attic by TLS']) await shows(name, 'Connected');
});

step('A host is removed, after a question', async () => {
  await line('attic by TLS').click({ button: 'right' });
  await page.getByRole('menuitem', { name: /Remove/ }).click();
  const asked = await question();
  await answer(asked, 'Remove');
  await expect.poll(() => line('attic by TLS').count()).toBe(0);
});
