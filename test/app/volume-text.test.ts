import { mkdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { startApp, type RunningApp } from './launch.ts';

// In the real window, over a real libvirt: a volume is made by its definition, after main has asked what that says of the host.

const pictures = 'out/storage';
const patience = { timeout: 120_000 };
let daemon: PrivateLibvirtd;
let running: RunningApp;

beforeAll(async () => {
  await mkdir(pictures, { recursive: true });
  daemon = await startPrivateLibvirtd();
  await daemon.virsh('pool-define-as', 'lab', 'dir', '--target', '/var/lib/libvirt/images');
  await daemon.virsh('pool-start', 'lab');
  running = await startApp({ uri: daemon.uri });
  running.page.setDefaultTimeout(patience.timeout);
});
afterAll(async () => {
  await running?.stop();
  await daemon?.stop();
});

test('a volume is made as its definition says', { timeout: 400_000 }, async () => {
  const { page, app } = running;
  await page.getByRole('link', { name: 'Storage' }).click();
  await page.getByRole('button', { name: 'New volume…' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('tab', { name: 'Definition (XML)' }).click();
  const editor = dialog.getByRole('textbox', { name: 'Definition' });
  await editor.getByText('<volume', { exact: false }).first().waitFor();
  const more = '<format type="qcow2"/><permissions><mode>0640</mode></permissions><clusterSize unit="KiB">128</clusterSize>';
  await editor.fill(`<volume><name>own.qcow2</name><capacity unit="MiB">48</capacity><target>${more}</target></volume>`);
  await page.screenshot({ path: `${pictures}/definition.png` });
  const asked = app.waitForEvent('window', patience);
  await dialog.getByRole('button', { name: 'Make volume' }).click();
  const question = await asked;
  await question.getByText('target/permissions/mode: 0640').waitFor(patience);
  await question.screenshot({ path: `${pictures}/definition-asked.png` });
  await question.getByRole('button', { name: 'Make volume' }).evaluate((element: HTMLElement) => setTimeout(() => element.click()));
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('rowheader', { name: 'own.qcow2', exact: true }).waitFor();
  const made = await daemon.virsh('vol-dumpxml', '--pool', 'lab', 'own.qcow2');
  expect(made).toContain("<clusterSize unit='B'>131072</clusterSize>");
  expect(made).toContain('<mode>0640</mode>');
});
