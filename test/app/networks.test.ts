import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { startApp, type RunningApp } from './launch.ts';

// In the real window, over a real libvirt with a network of its own, a person makes a network, changes it while it runs, and takes it away.

const run = promisify(execFile);
const patience = { timeout: 30_000 };
let daemon: PrivateLibvirtd;
let running: RunningApp;
let page: Page;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd({ network: true });
  running = await startApp({ uri: daemon.uri });
  ({ page } = running);
  page.setDefaultTimeout(patience.timeout);
});
afterAll(async () => {
  await running.stop();
  await daemon.stop();
});

// What a first try left behind, if there is a second.
beforeEach(async () => {
  for (const left of [
    ['net-destroy', 'made-here'],
    ['net-undefine', 'made-here'],
    ['undefine', 'its-user'],
  ]) {
    await daemon.virsh(...left).catch(() => undefined);
  }
});

const tells = (...args: string[]) => expect.poll(() => daemon.virsh(...args), patience);
const defined = (name: string, network: string) =>
  `<domain type='qemu'><name>${name}</name><memory unit='MiB'>32</memory><os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices><interface type='network'><source network='${network}'/></interface></devices></domain>`;

test('a NAT network is made, given a fixed address while it runs, and deleted with the guests named that would lose it', async () => {
  await page.getByRole('link', { name: 'Networks' }).click();
  await page.getByText('No network', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Create network' }).first().click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('made-here');
  await page.getByLabel('IPv4 subnet').fill('10.77.141.0/24');
  await page.getByLabel('First address, IPv4 range 1').fill('10.77.141.10');
  await page.getByLabel('Last address, IPv4 range 1').fill('10.77.141.20');
  await page.getByLabel('Start it now').uncheck();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('link', { name: 'made-here' }).click();
  await page.getByText('Not active', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText('Active', { exact: true }).waitFor();
  await tells('net-info', 'made-here').toMatch(/Active:\s+yes[\s\S]*Autostart:\s+yes/);
  await tells('net-dumpxml', 'made-here').toMatch(/<forward mode='nat'>[\s\S]*<range start='10\.77\.141\.10' end='10\.77\.141\.20'\/>/);

  await page.getByRole('button', { name: 'Add fixed address…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('MAC address').fill('52:54:00:12:34:56');
  await dialog.getByLabel('IPv4 address').fill('10.77.142.5');
  await dialog.getByText('It is not in 10.77.141.0/24.').waitFor();
  await dialog.getByLabel('IPv4 address').fill('10.77.141.5');
  await dialog.getByText('At once: fixed address 10.77.141.5 added').waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('table', { name: 'Fixed addresses' }).getByText('10.77.141.5').waitFor();
  const entry = "<host mac='52:54:00:12:34:56' ip='10.77.141.5'/>";
  expect(await daemon.virsh('net-dumpxml', 'made-here')).toContain(entry);
  expect(await daemon.virsh('net-dumpxml', '--inactive', 'made-here')).toContain(entry);

  await page.getByRole('button', { name: 'Forward a port to 10.77.141.5…' }).click();
  const forwarding = page.getByRole('dialog', { name: 'Forward a port to 10.77.141.5' });
  await forwarding.getByRole('textbox', { name: 'Port of the host' }).fill('8080');
  await forwarding.getByRole('textbox', { name: 'Port of the guest' }).fill('80');
  const lines = await forwarding.locator('pre').allInnerTexts();
  expect(lines).toHaveLength(2);
  // What is told is what works, on the very firewall that libvirt has here.
  for (const told of lines) {
    const [program, ...rest] = daemon.enter;
    await run(program, [...rest, 'sh', '-ec', `sudo() { "$@"; }\n${told}`]);
  }
  await forwarding.getByRole('button', { name: 'Close', exact: true }).last().click();

  const file = join(daemon.dir, 'user.xml');
  await writeFile(file, defined('its-user', 'made-here'));
  await daemon.virsh('define', file);
  await page.getByRole('button', { name: 'Actions for made-here' }).click();
  const asked = running.app.waitForEvent('window', patience);
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  const question = await asked;
  await question.getByText('“its-user”').waitFor(patience);
  expect(await daemon.virsh('net-list', '--all', '--name')).toContain('made-here');
  const closed = question.waitForEvent('close');
  // The window goes with the click, which Playwright may take for a failure; that it did what it should is seen below.
  await question
    .getByRole('button', { name: 'Delete' })
    .click()
    .catch(() => undefined);
  await closed;
  await tells('net-list', '--all', '--name').not.toContain('made-here');
  await page.getByText('No network', { exact: true }).waitFor();
  await daemon.virsh('undefine', 'its-user');
});
