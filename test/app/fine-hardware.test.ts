import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { startApp, type RunningApp } from './launch.ts';

// In the real window, over a real libvirt: what few guests need of their hardware, and those that do need badly.

const pictures = 'out/hardware';
const patience = { timeout: 60_000 };
let daemon: PrivateLibvirtd;
let running: RunningApp;
let page: Page;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  const file = join(daemon.dir, 'studio.xml');
  await writeFile(
    file,
    `<domain type="qemu"><name>studio</name><memory unit="MiB">64</memory><vcpu>4</vcpu>
    <os><type arch="x86_64" machine="q35">hvm</type></os><features><acpi/><apic/></features>
    <devices><graphics type="vnc" autoport="yes"/><video><model type="vga"/></video></devices></domain>`,
  );
  await daemon.virsh('define', file);
  running = await startApp({ uri: daemon.uri });
  await mkdir(pictures, { recursive: true });
  ({ page } = running);
  page.setDefaultTimeout(patience.timeout);
});
afterAll(async () => {
  await running.stop();
  await daemon.stop();
});

const photograph = (what: string) => page.screenshot({ path: `${pictures}/${what}.png` });
const open = (name: RegExp) => page.getByRole('navigation', { name: 'Devices and settings' }).getByRole('button', { name }).click();
const next = () => daemon.virsh('dumpxml', '--inactive', 'studio');

test('a guest is told how the host’s kernel runs it; whether the host can draw for it is said beside the switch', async () => {
  await page.getByRole('link', { name: 'studio', exact: true }).click();
  await page.getByRole('tab', { name: 'Hardware' }).click();

  await open(/^3D acceleration/);
  const article = page.getByRole('article');
  await article.getByText('The host’s graphics card draws for the guest', { exact: false }).waitFor();
  const cards = await daemon.virsh('nodedev-list', '--cap', 'drm');
  if (!cards.includes('renderD')) await article.getByText('no graphics card that can draw', { exact: false }).waitFor();
  await photograph('three-d');

  await open(/^Placement and limits/);
  await article.getByRole('button', { name: 'More settings: Scheduling' }).click();
  await article.getByRole('button', { name: 'Add a rule' }).click();
  await article.getByLabel('Runs, row 1', { exact: true }).selectOption({ label: 'As batch work' });
  await photograph('scheduling');
  await page.getByRole('button', { name: 'Review and apply' }).click();
  await page.getByRole('table', { name: 'What will be different' }).getByText('Kernel’s scheduling').waitFor();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect.poll(next, patience).toContain("<vcpusched vcpus='0' scheduler='batch'/>");

  await open(/^Clock/);
  await article.getByRole('button', { name: 'Add a timer' }).click();
  await article
    .getByLabel(/^Missed ticks, row/)
    .last()
    .selectOption({ label: 'Caught up' });
  await article.getByRole('button', { name: 'More settings: Timers' }).click();
  await article.getByRole('button', { name: 'Say it of a timer' }).click();
  await photograph('timers');
});

test('a device is told where the guest finds it, and what stands there already is said at the field', async () => {
  await open(/^Video/);
  const article = page.getByRole('article');
  await article.getByRole('button', { name: 'More settings: Address' }).click();
  const address = article.getByLabel('PCI address', { exact: true });
  const [, before] = /<video>[^]*?bus='0x00' slot='0x(\w\w)'/.exec(await next()) ?? [];
  expect(await address.inputValue()).toBe(`00:${before}.0`);

  await address.fill('00:1f.2');
  await page.getByRole('button', { name: 'Review and apply' }).click();
  await page.getByText('At 00:1f.2 there is already: controller sata 0.').first().waitFor();
  await photograph('address-taken');
  await page.keyboard.press('Escape');
  await address.fill('00:1a.0');
  await page.getByRole('button', { name: 'Review and apply' }).click();
  await page.getByRole('table', { name: 'What will be different' }).getByText('PCI address').waitFor();
  await photograph('address');
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect.poll(next, patience).toMatch(/slot='0x1a' function='0x0'\/>\s*<\/video>/);
});
