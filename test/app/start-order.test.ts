import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrivateLibvirtd, privateLibvirtdObstacle, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { tinyDomainXml, tinyGuest } from '../bed/tiny-guest.ts';
import { type RunningApp, startApp } from './launch.ts';

// Electron's window, libvirt and the guests' kernels are real: they obey the power button.

const obstacle = await privateLibvirtdObstacle();
if (obstacle !== undefined) console.warn(`Skipped: the start order of real guests: ${obstacle}`);

const patience = { timeout: 120_000, interval: 500 };
const pictures = 'out/start-order';
let daemon: PrivateLibvirtd;
let running: RunningApp;
let page: Page;

const serialLog = (name: string) => join(daemon.dir, `log/${name}-serial.log`);
const photograph = (what: string) => page.screenshot({ path: `${pictures}/${what}.png` });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const rows = () => page.getByRole('table', { name: 'Start order' }).locator('tbody tr');
const states = () => rows().locator('td:nth-child(3)').allInnerTexts();
const numberOf = async (name: string) => Number(await daemon.virsh('domid', name));

/** When libvirt saw it go off. */
async function offAt(name: string): Promise<number> {
  const log = await readFile(join(daemon.dir, `log/qemu/${name}.log`), 'utf8');
  const [, when = ''] = /^(\S+ \S+)\+0000: shutting down, reason=shutdown$/m.exec(log) ?? [];
  return Date.parse(`${when.replace(' ', 'T')}Z`);
}

beforeAll(async () => {
  if (obstacle !== undefined) return;
  await mkdir(pictures, { recursive: true });
  daemon = await startPrivateLibvirtd();
  for (const name of ['db', 'web']) {
    const file = join(daemon.dir, `${name}.xml`);
    await writeFile(file, tinyDomainXml(await tinyGuest(), { name, serialLog: serialLog(name) }));
    await daemon.virsh('define', file);
  }
  running = await startApp({ uri: daemon.uri });
  ({ page } = running);
  page.setDefaultTimeout(60_000);
});
afterAll(async () => {
  await running?.stop();
  await daemon?.stop();
});

test.skipIf(obstacle !== undefined)('guests start one after the other, and shut down the other way round', async () => {
  await page.getByRole('link', { name: 'All guests' }).waitFor();
  await page.evaluate(() => (window.location.hash = '/hosts/local/start-order'));
  await page.getByText('No guest has a place in the order').waitFor();
  for (const name of ['web', 'db']) {
    await page.getByLabel('Guest to add').selectOption({ label: name });
    await button('Add to the order').click();
  }
  await button('Move row 2 up').click();
  await page.getByLabel('Seconds to wait after “db”').fill('2');
  await photograph('arranged');
  await button('Save the order').click();
  await button('Save the order').waitFor({ state: 'detached' });
  expect(await daemon.virsh('dumpxml', 'db')).toMatch(/<guesthouse:start xmlns:guesthouse="[^"]+" order="1" delay="2"\/>/);

  await button('Start in order').click();
  await expect.poll(states, patience).toEqual(['Running', 'Running']);
  expect(await numberOf('db')).toBeLessThan(await numberOf('web'));
  await photograph('started');

  // What the host does by itself is marked on the guest's page.
  const marked = async () => /^Autostart:\s+(\w+)/m.exec(await daemon.virsh('dominfo', 'db'))?.[1];
  expect(await marked()).toBe('disable');
  await page.evaluate((hash) => (window.location.hash = hash), `/hosts/local/guests/${(await daemon.virsh('domuuid', 'db')).trim()}`);
  const mark = page.getByRole('switch', { name: 'Start with the host' });
  await mark.press('Space');
  await expect.poll(marked, patience).toBe('enable');
  await expect.poll(() => mark.isChecked(), patience).toBe(true);
  await photograph('autostart');
  await mark.press('Space');
  await expect.poll(marked, patience).toBe('disable');
  await page.getByRole('link', { name: 'Start order' }).click();

  // A kernel that is still booting does not hear the button.
  const booted = async (name: string) => /login:/.test(await readFile(serialLog(name), 'latin1'));
  await expect.poll(async () => Promise.all([booted('db'), booted('web')]), patience).toEqual([true, true]);
  const asked = running.app.waitForEvent('window');
  await button('Shut down in reverse…').click();
  const question = await asked;
  await question.getByText('“web”, “db”', { exact: false }).waitFor();
  await question.getByRole('button', { name: 'Shut down' }).evaluate((element: HTMLElement) => setTimeout(() => element.click()));
  await expect.poll(states, patience).toEqual(['Shut off', 'Shut off']);
  expect(await offAt('web')).toBeLessThan(await offAt('db'));
  await photograph('shut-down');
});
