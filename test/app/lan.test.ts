import { mkdir } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { networkManagerObstacle, type PrivateNetworkManager, startNetworkManager } from '../bed/private-network-manager.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { startApp, type RunningApp } from './launch.ts';

// In the real window, over a real NetworkManager with a LAN of its own, a person bridges the wired card, goes back, and then keeps it.

vi.setConfig({ testTimeout: 400_000, hookTimeout: 240_000 });

const obstacle = await networkManagerObstacle();
if (obstacle !== undefined) throw new Error(obstacle);

const patience = { timeout: 60_000 };
let manager: PrivateNetworkManager;
let daemon: PrivateLibvirtd;
let running: RunningApp;
let page: Page;

beforeAll(async () => {
  manager = await startNetworkManager();
  daemon = await startPrivateLibvirtd();
  running = await startApp({ uri: daemon.uri, env: { DBUS_SYSTEM_BUS_ADDRESS: manager.bus } });
  ({ page } = running);
  page.setDefaultTimeout(patience.timeout);
});
afterAll(async () => {
  await running.stop();
  await daemon.stop();
  await manager.stop();
});

const dialog = () => page.getByRole('dialog', { name: 'Put guests on the LAN' });
const addressOf = (link: string) =>
  expect.poll(async () => /inet (\S+)/.exec(await manager.ip('-4', 'address', 'show', 'dev', link).catch(() => ''))?.[1] ?? null, patience);

async function agree(button: string, word: RegExp): Promise<void> {
  const asked = running.app.waitForEvent('window', patience);
  await dialog().getByRole('button', { name: button }).click();
  const question = await asked;
  await question.getByText(/60 seconds to say that it works/).waitFor(patience);
  const closed = question.waitForEvent('close');
  // The window goes with the click, which Playwright may take for a failure; that it did what it should is seen below.
  await question
    .getByRole('button', { name: word })
    .click()
    .catch(() => undefined);
  await closed;
}

const picture = async (name: string) => {
  const folder = process.env['GUESTHOUSE_PICTURES'];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/lan-app-${name}.png` });
};

test('the wired card is bridged on trial, goes back, and is bridged to stay', async () => {
  await page.getByRole('link', { name: 'Networks' }).click();
  await page.getByRole('button', { name: 'Put guests on the LAN…' }).click();
  await expect.poll(() => dialog().getByLabel('lan0').isChecked(), patience).toBe(true);
  await dialog().getByText('Wired · “Wired LAN” · 192.168.77.5/24').waitFor();
  await picture('form');

  await agree('Make the bridge…', /Make it/);
  await dialog().getByText('The bridge br0 is there, and the host has on it: 192.168.77.5/24.').waitFor();
  await addressOf('br0').toBe('192.168.77.5/24');
  await expect.poll(() => manager.isReached(), patience).toBe(true);
  await picture('deciding');
  await dialog().getByRole('button', { name: 'Go back' }).click();
  await dialog().getByText('You had it go back.').waitFor();
  await addressOf('lan0').toBe('192.168.77.5/24');
  expect(await manager.nmcli('-t', '-f', 'NAME', 'connection')).not.toContain('br0');

  await dialog().getByRole('button', { name: 'Look again' }).click();
  await agree('Make the bridge…', /Make it/);
  await dialog().getByRole('button', { name: 'Keep it' }).click();
  await dialog().getByText('Guests can be put on the LAN by br0').waitFor();
  await picture('kept');
  expect(await manager.nmcli('-t', '-f', 'NAME,DEVICE', 'connection')).toMatch(/^br0:br0$/m);
  await dialog().getByRole('button', { name: 'Make a network of it' }).click();
  await expect.poll(() => page.getByLabel('Bridge', { exact: true }).inputValue(), patience).toBe('br0');
});
