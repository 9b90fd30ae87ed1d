import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { tinyDomainXml, tinyGuest } from '../bed/tiny-guest.ts';
import { startApp, type RunningApp } from './launch.ts';

// In the real window, over a real libvirt, a person changes a guest of QEMU's while it runs.

const pictures = 'out/hardware';
const patience = { timeout: 60_000 };
let daemon: PrivateLibvirtd;
let running: RunningApp;
let page: Page;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd({ network: true });
  const network = join(daemon.dir, 'lab.xml');
  await writeFile(network, "<network><name>lab</name><ip address='10.77.142.1' prefix='24'/></network>");
  await daemon.virsh('net-define', network);
  await daemon.virsh('net-start', 'lab');
  await daemon.virsh('pool-define-as', 'images', 'dir', '--target', join(daemon.dir, 'lib/images'));
  await daemon.virsh('pool-start', 'images');
  running = await startApp({ uri: daemon.uri });
  await mkdir(pictures, { recursive: true });
  ({ page } = running);
  page.setDefaultTimeout(patience.timeout);
});
afterAll(async () => {
  await running.stop();
  await daemon.stop();
});

let boxes = 0;

/** A running guest that has come to its login. A test that is tried again begins with another. */
async function box(): Promise<string> {
  boxes += 1;
  const name = `box-${boxes}`;
  await daemon.virsh('vol-create-as', 'images', `${name}.qcow2`, '64M', '--format', 'qcow2');
  const disk = (await daemon.virsh('vol-path', '--pool', 'images', `${name}.qcow2`)).trim();
  const serialLog = join(daemon.dir, 'lib/boot', `${name}.log`);
  const ports = "<controller type='pci' model='pcie-root'/>".concat("<controller type='pci' model='pcie-root-port'/>".repeat(8));
  const xml = tinyDomainXml(await tinyGuest(), { name, disk, network: 'lab', serialLog }).replace('<devices>', `<devices>${ports}`);
  const file = join(daemon.dir, `${name}.xml`);
  await writeFile(file, xml);
  await daemon.virsh('define', file);
  await daemon.virsh('start', name);
  await expect.poll(() => readFile(serialLog, 'utf8').catch(() => ''), { timeout: 180_000 }).toContain('login:');
  return name;
}

const photograph = (what: string) => page.screenshot({ path: `${pictures}/${what}.png` });
const list = () => page.getByRole('navigation', { name: 'Devices and settings' });
const field = (label: string) => page.getByRole('article').getByLabel(label, { exact: true });
const differences = () => page.getByRole('table', { name: 'What will be different' });
const live = (name: string) => daemon.virsh('dumpxml', name);
const next = (name: string) => daemon.virsh('dumpxml', '--inactive', name);
const cards = async (name: string) => (await live(name)).match(/<interface /g)?.length;

test('a running guest is changed now and for its next start, against somebody else too, and takes all up by a restart', async () => {
  const name = await box();
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('tab', { name: 'Hardware' }).click();

  // What only the next start takes.
  const before = await next(name);
  await list()
    .getByRole('button', { name: /^Disk vda/ })
    .click();
  await field('Cache').selectOption({ label: 'None' });
  await page.getByRole('article').getByText('At the next start').waitFor();
  await page.getByRole('button', { name: 'Review and apply' }).click();
  await differences().getByText('Cache', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Show command' }).click();
  await page.getByRole('region', { name: 'Command' }).getByText(`virt-xml`).waitFor();
  await photograph('review');
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await page.getByText('1 change waits for the next start').waitFor();
  expect(await next(name)).toContain("cache='none'");
  expect(await live(name)).not.toContain("cache='none'");

  // One press takes it back.
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect.poll(() => next(name), patience).toBe(before);
  await page.getByText('1 change waits for the next start').waitFor({ state: 'detached' });
  await field('Cache').selectOption({ label: 'None' });
  await page.getByRole('button', { name: 'Review and apply' }).click();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await page.getByText('1 change waits for the next start').waitFor();

  await photograph('disk');

  // By the keyboard alone, a card that the running guest gets at once.
  await list().getByRole('button', { name: 'Add device…' }).focus();
  await page.keyboard.press('Enter');
  const sought = page.getByRole('textbox', { name: 'Search the sorts of devices' });
  await expect.poll(() => sought.evaluate((input) => input === document.activeElement)).toBe(true);
  await page.keyboard.type('network card');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByText('The running guest gets it at once.').waitFor();
  await page.getByRole('dialog').getByLabel('Hardware address (MAC)', { exact: true }).fill('52:54:00:77:77:77');
  await page.keyboard.press('Enter');
  await differences().getByText('Takes effect now').first().waitFor();
  await page.getByRole('button', { name: 'Apply', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => cards(name), patience).toBe(2);
  expect(await next(name)).toContain('52:54:00:77:77:77');
  await page.getByText('1 change waits for the next start').waitFor();

  // Somebody else changes what is being typed.
  await list()
    .getByRole('button', { name: /^Overview/ })
    .click();
  await field('Title').fill('Mine');
  await daemon.virsh('desc', name, '--config', '--live', '--title', 'Theirs');
  await page
    .getByRole('table', { name: 'What was changed by both' })
    .getByRole('row', { name: /Title .* Theirs Mine/ })
    .waitFor();
  await photograph('both');
  await page.getByRole('button', { name: 'Apply mine over theirs' }).click();
  await differences()
    .getByRole('row', { name: /Title Theirs Mine/ })
    .waitFor();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect.poll(() => daemon.virsh('desc', name, '--config', '--title'), patience).toContain('Mine');

  // What a running guest loses is asked for in a window of main's.
  await list()
    .getByRole('button', { name: /52:54:00:77:77:77/ })
    .click();
  await page.getByRole('button', { name: 'Remove…' }).click();
  await differences().getByText('gone').waitFor();
  const asked = running.app.waitForEvent('window', patience);
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  const question = await asked;
  await question
    .getByRole('button', { name: 'Unplug' })
    .click(patience)
    // The window goes with the click, which Playwright may take for a failure; that it did what it should is seen below.
    .catch(() => undefined);
  await expect.poll(() => cards(name), patience).toBe(1);

  await page.getByRole('button', { name: 'Restart now' }).click();
  await page.getByText('wait for the next start').waitFor({ state: 'detached' });
  // What is shown of a guest that is off is its next start.
  const now = async () => `${await daemon.virsh('domstate', name)} ${await live(name)}`;
  await expect.poll(now, { timeout: 180_000 }).toMatch(/^running[^]*cache='none'/);
}, 600_000);
