import { mkdir } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './app-page.ts';

const path = '/hosts/local/networks';
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Put guests on the LAN' });
const picture = async (page: Page, name: string) => {
  const folder = process.env['GUESTHOUSE_PICTURES'];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/lan-${name}.png` });
};

test('a bridge to the LAN is made, tried out, kept, made a network of, and taken away again', async ({ open }) => {
  const { page, question, faults } = await open({ path });
  await page.getByRole('button', { name: 'Put guests on the LAN…' }).click();
  // The card with the way out is chosen; why the others cannot be, and what can, is said.
  await expect.poll(() => dialog(page).getByLabel('enp65s0f0').isChecked()).toBe(true);
  await expect.poll(() => dialog(page).getByLabel('wlp2s0').isDisabled()).toBe(true);
  await dialog(page)
    .getByText(/Wi-Fi cannot be bridged.*Instead: NAT network, Routed network\./)
    .waitFor();
  await dialog(page).getByText('only by ports of the host that are forwarded').waitFor();
  const name = dialog(page).getByLabel('Name of the bridge');
  await name.fill('br0');
  await dialog(page).getByText('The host has something called br0 already.').waitFor();
  await name.fill('a bridge');
  await dialog(page)
    .getByText(/At most 15 letters/)
    .waitFor();
  await name.fill('br1');
  expect(await faults()).toEqual([]);
  await picture(page, 'form');

  await dialog(page).getByRole('button', { name: 'Make the bridge…' }).click();
  await question.getByText(/60 seconds to say that it works/).waitFor();
  await question.getByText('192.168.1.30/24').waitFor();
  await picture(page, 'question');
  await question.getByRole('button', { name: 'Make it and try it out' }).click();
  await dialog(page)
    .getByText(/The bridge br1 is there, and the host has on it: 192\.168\.1\.30\/24/)
    .waitFor();
  await dialog(page)
    .getByText(/^\d\d s$/)
    .waitFor();
  await picture(page, 'deciding');
  // Not by leaving the page is it forgotten.
  await page.evaluate(() => void (location.hash = '#/'));
  await dialog(page).waitFor({ state: 'detached' });
  await page.evaluate((to) => void (location.hash = `#${to}`), path);
  await dialog(page).getByRole('button', { name: 'Keep it' }).click();
  await dialog(page).getByText('Guests can be put on the LAN by br1').waitFor();
  expect(await faults()).toEqual([]);
  await picture(page, 'kept');
  await dialog(page).getByRole('button', { name: 'Make a network of it' }).click();
  await expect.poll(() => page.getByLabel('Bridge', { exact: true }).inputValue()).toBe('br1');
  expect(await page.getByLabel('Bridge of the host').isChecked()).toBe(true);
  await page.getByRole('button', { name: 'Cancel' }).click();

  await page.getByRole('button', { name: 'Put guests on the LAN…' }).click();
  await dialog(page).getByText('It is part of the bridge br1 already.').waitFor();
  await dialog(page).getByRole('button', { name: 'Remove br1…' }).click();
  await question.getByRole('button', { name: 'Remove it and try it out' }).click();
  await dialog(page).getByRole('button', { name: 'Keep it' }).click();
  await dialog(page).getByText('The bridge br1 is gone').waitFor();
});

test('who goes back has the connection of before, and who says no changes nothing', async ({ open }) => {
  const { page, question, faults } = await open({ path });
  await page.getByRole('button', { name: 'Put guests on the LAN…' }).click();
  const make = dialog(page).getByRole('button', { name: 'Make the bridge…' });
  await make.click();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(() => make.isEnabled()).toBe(true);
  await make.click();
  await question.getByRole('button', { name: 'Make it and try it out' }).click();
  await dialog(page).getByRole('button', { name: 'Go back' }).click();
  await dialog(page).getByText('The host has its connection of before').waitFor();
  await dialog(page).getByText('You had it go back.').waitFor();
  await dialog(page).getByRole('button', { name: 'Look again' }).click();
  await expect.poll(() => make.isEnabled()).toBe(true);
  expect(await faults()).toEqual([]);
});
