import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { startApp, type RunningApp } from './launch.ts';

// In the real window, over a real libvirt, a person makes a pool and volumes in it, changes them, sees who needs what, and removes it all.

const pictures = 'out/storage';
const patience = { timeout: 120_000 };
let daemon: PrivateLibvirtd;
let running: RunningApp;
let page: Page;
let folder: string;

beforeAll(async () => {
  await mkdir(pictures, { recursive: true });
  daemon = await startPrivateLibvirtd();
  folder = join(daemon.dir, 'lib/lab');
  running = await startApp({ uri: daemon.uri });
  ({ page } = running);
  page.setDefaultTimeout(patience.timeout);
});
afterAll(async () => {
  if (page !== undefined) await photograph('last');
  await running?.stop();
  await daemon?.stop();
});

const tells = (...args: string[]) => expect.poll(() => daemon.virsh(...args), patience);
const volume = (name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
const photograph = (name: string) => page.screenshot({ path: `${pictures}/${name}.png` });
const act = async (name: string, item: string): Promise<Locator> => {
  await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
  return page.getByRole('dialog');
};
/** Main's own window; the answer closes it, which Playwright may take for a failure of the click. */
const agree = async (ask: () => Promise<unknown>, said: string, button: string): Promise<void> => {
  const asked = running.app.waitForEvent('window', patience);
  await ask();
  const question = await asked;
  await question.getByText(said).first().waitFor(patience);
  const closed = question.waitForEvent('close');
  await question
    .getByRole('button', { name: button, exact: true })
    .click()
    .catch(() => undefined);
  await closed;
};

test('a pool is made of a folder that is not there yet', { timeout: 400_000 }, async () => {
  await page.getByRole('link', { name: 'Storage' }).click();
  await page.getByRole('heading', { name: 'No storage pool' }).waitFor();
  await page.getByRole('button', { name: 'New pool…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Folder on the host').fill(folder);
  expect(await dialog.getByLabel('Name', { exact: true }).inputValue()).toBe('lab');
  await photograph('1-new-pool');
  await agree(() => dialog.getByRole('button', { name: 'Make pool' }).click(), 'Make the pool “lab”?', 'Make pool');
  await page.getByRole('heading', { name: 'This pool is empty' }).waitFor();
  await tells('pool-info', 'lab').toMatch(/State:\s+running[\s\S]*Persistent:\s+yes[\s\S]*Autostart:\s+yes/);
});

test('a volume is made in it, grows, and is cloned', { timeout: 400_000 }, async () => {
  await page.getByRole('button', { name: 'New volume…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('web.qcow2');
  await dialog.getByLabel('Size', { exact: true }).fill('64');
  await dialog.getByLabel('Unit of size').selectOption('MiB');
  await dialog.getByRole('button', { name: 'Make volume' }).click();
  await volume('web.qcow2').getByText('64 MiB').waitFor();
  await volume('web.qcow2').getByText('Nobody').waitFor();

  const resize = await act('web.qcow2', 'Resize…');
  await resize.getByLabel('New size', { exact: true }).fill('96');
  await resize.getByRole('button', { name: 'Resize' }).click();
  await volume('web.qcow2').getByText('96 MiB').waitFor();
  await tells('vol-info', '--bytes', 'web.qcow2', 'lab').toMatch(/Capacity:\s+100663296 bytes/);

  const clone = await act('web.qcow2', 'Clone…');
  expect(await clone.getByLabel('Name of the clone').inputValue()).toBe('web-clone.qcow2');
  await clone.getByRole('button', { name: 'Clone' }).click();
  await volume('web-clone.qcow2').getByText('96 MiB').waitFor();
  await tells('vol-info', '--bytes', 'web-clone.qcow2', 'lab').toMatch(/Capacity:\s+100663296 bytes/);
});

test(
  'a volume on top of another, and a guest that uses it: who needs what is shown, and none of them can go',
  { timeout: 400_000 },
  async () => {
    const dialog = await act('web.qcow2', 'New volume on top of it…');
    await dialog.getByLabel('Name', { exact: true }).fill('trial.qcow2');
    await dialog.getByRole('button', { name: 'Make volume' }).click();
    await volume('web.qcow2').getByText('base of').waitFor();
    await tells('vol-dumpxml', 'trial.qcow2', 'lab').toMatch(/<backingStore>\s*<path>[^<]*\/web\.qcow2<\/path>/);

    const file = join(daemon.dir, 'user.xml');
    await writeFile(
      file,
      `<domain type='qemu'><name>its-user</name><memory unit='MiB'>32</memory><os><type arch='x86_64' machine='q35'>hvm</type></os>
    <devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${folder}/trial.qcow2'/>
    <target dev='vda' bus='virtio'/></disk></devices></domain>`,
    );
    await daemon.virsh('define', file);
    await volume('trial.qcow2').getByRole('link', { name: 'its-user' }).waitFor();
    await volume('web.qcow2').getByRole('link', { name: 'web.qcow2', exact: true }).click();
    const details = page.getByRole('region', { name: 'Details of web.qcow2' });
    await details.getByRole('link', { name: 'trial.qcow2' }).waitFor();
    await details.getByRole('link', { name: 'its-user' }).waitFor();
    await photograph('2-chain');
    await page.getByRole('button', { name: 'Actions for web.qcow2', exact: true }).click();
    for (const name of ['Delete…', 'Wipe…']) {
      expect(await page.getByRole('menuitem', { name }).getAttribute('aria-disabled')).toBe('true');
    }
    await page.keyboard.press('Escape');
    await daemon.virsh('undefine', 'its-user');
  },
);

// The host makes the key as hard to guess as its processor can in a second or two of its own; a busy one takes many times that.
test('an encrypted volume, and its secret, come and go together', { timeout: 500_000 }, async () => {
  await page.getByRole('button', { name: 'New volume…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('vault.qcow2');
  await dialog.getByLabel('Size', { exact: true }).fill('8');
  await dialog.getByLabel('Unit of size').selectOption('MiB');
  await dialog.getByRole('checkbox', { name: /Encrypt it/ }).check();
  await dialog.getByLabel('Passphrase', { exact: true }).fill('correct horse');
  await dialog.getByLabel('The passphrase once more').fill('correct horse');
  await dialog.getByRole('button', { name: 'Make volume' }).click();
  await volume('vault.qcow2').waitFor({ timeout: 300_000 });
  await tells('secret-list').toContain('/vault.qcow2');
  await volume('vault.qcow2').getByText('Nobody').waitFor();
  await agree(() => act('vault.qcow2', 'Delete…'), 'Delete “vault.qcow2”?', 'Delete');
  await volume('vault.qcow2').waitFor({ state: 'detached' });
  await tells('secret-list').not.toContain('/vault.qcow2');
});

test('what nobody needs is deleted together; the empty pool goes, and its folder with it', { timeout: 400_000 }, async () => {
  await page.getByRole('button', { name: 'Needed by nobody' }).click();
  await volume('trial.qcow2').getByText('Nobody').waitFor();
  await volume('web.qcow2').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'All', exact: true }).click();
  for (const name of ['web.qcow2', 'trial.qcow2', 'web-clone.qcow2']) await page.getByRole('checkbox', { name: `Tick ${name}` }).click();
  await photograph('3-ticked');
  await agree(() => page.getByRole('button', { name: 'Delete…' }).click(), 'Delete 3 volumes?', 'Delete');
  await page.getByRole('heading', { name: 'This pool is empty' }).waitFor();
  expect((await daemon.virsh('vol-list', 'lab')).trim().split('\n')).toHaveLength(2);

  const ask = async () => {
    await page.getByRole('button', { name: 'Actions for pool lab' }).click();
    await page.getByRole('menuitem', { name: 'Delete with its volumes…' }).click();
  };
  await agree(ask, 'Delete with its volumes: the pool “lab”?', 'Delete with its volumes');
  await page.getByRole('heading', { name: 'No storage pool' }).waitFor();
  await tells('pool-list', '--all', '--name').not.toContain('lab');
  expect(await readdir(folder).catch(() => 'gone')).toBe('gone');
});
