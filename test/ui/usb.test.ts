import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { guestId } from '../../backends/fake/seed.ts';
import { test } from './app-page.ts';

const at = (index: number) => `/hosts/local/guests/${guestId(index)}/console`;
const menu = (page: Page) => page.getByRole('button', { name: 'USB devices' });
const panel = (page: Page) => page.getByRole('dialog', { name: 'USB devices' });
const webcam = (page: Page) => panel(page).getByRole('checkbox', { name: 'Logitech, Inc. Webcam C270', exact: true });
/** Opens it once the screen has said its name: the toolbar is complete then, and a panel below it stays where it is. */
async function openMenu(page: Page): Promise<void> {
  await page.getByText('Fake guest').waitFor();
  await menu(page).click();
  await panel(page).getByRole('checkbox').first().waitFor();
}
const always = (page: Page) => panel(page).getByRole('checkbox', { name: 'Always give it to this guest: Logitech, Inc. Webcam C270' });

test('the host’s devices are given and taken by keyboard, told apart by their serial numbers', async ({ open }) => {
  const { page, faults } = await open({ path: at(0) });
  await page.getByText('Fake guest').waitFor();
  await menu(page).focus();
  await page.keyboard.press('Enter');
  await panel(page).getByText('1050:0407 · serial 0012345678').waitFor();
  await panel(page).getByText('1050:0407 · serial 0087654321').waitFor();
  await panel(page).getByText('These are the devices of the host').waitFor();
  expect(await faults()).toEqual([]);
  await webcam(page).focus();
  await page.keyboard.press('Space');
  await expect.poll(async () => webcam(page).isChecked()).toBe(true);
  await expect.poll(async () => webcam(page).isEnabled()).toBe(true);
  await webcam(page).focus();
  await page.keyboard.press('Space');
  await expect.poll(async () => webcam(page).isChecked()).toBe(false);
  await page.keyboard.press('Escape');
  await expect.poll(async () => panel(page).count()).toBe(0);
  expect(await menu(page).evaluate((element) => element === document.activeElement)).toBe(true);
});

test('what another guest has is named, and left to it', async ({ open }) => {
  const { page } = await open({ path: at(1) });
  await openMenu(page);
  await webcam(page).click();
  await expect.poll(async () => webcam(page).isChecked()).toBe(true);
  await page.keyboard.press('Escape');
  await page.evaluate((hash) => (window.location.hash = hash), at(0));
  await openMenu(page);
  await panel(page).getByText('in use by “fedora-workstation”').waitFor();
  expect(await webcam(page).isDisabled()).toBe(true);
  // It is free as soon as that one goes off, which the open panel shows.
  await page.evaluate(() => window.harness.change('local', 'fedora-workstation', { state: 'shut-off' }));
  await expect.poll(async () => webcam(page).isEnabled()).toBe(true);
});

test('a device that is always given comes back in another socket, and is told of', async ({ open }) => {
  const { page } = await open({ path: at(0) });
  await openMenu(page);
  await always(page).click();
  await page.getByText('debian-13: has Logitech, Inc. Webcam C270 now, as always').first().waitFor();
  await expect.poll(async () => webcam(page).isChecked()).toBe(true);
  await page.evaluate(() => window.harness.unplug('local', 'usb_1_3'));
  await panel(page).getByText('not plugged in; always given to this guest').waitFor();
  await page.evaluate(() => window.harness.plugAgain('local', 'usb_3_1'));
  await panel(page).getByText('not plugged in').waitFor({ state: 'detached' });
  await expect.poll(async () => webcam(page).isChecked()).toBe(true);
  await expect.poll(async () => always(page).isChecked()).toBe(true);
  await always(page).click();
  await expect.poll(async () => always(page).isChecked()).toBe(false);
  expect(await webcam(page).isChecked()).toBe(true);
});

test('this computer’s own keyboard goes only after a question', async ({ open }) => {
  const { page, question, faults } = await open({ path: at(0) });
  await openMenu(page);
  const keyboard = panel(page).getByRole('checkbox', { name: 'Dell Computer Corp. KB216 Wired Keyboard', exact: true });
  await panel(page).getByText('413c:2113 · a keyboard of this computer').waitFor();
  await keyboard.click();
  await question.getByText('heard by the guest alone').waitFor();
  expect(await faults()).toEqual([]);
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(async () => keyboard.isEnabled(), { timeout: 30_000 }).toBe(true);
  expect(await keyboard.isChecked()).toBe(false);
  expect(await panel(page).getByText('Cancelled').count()).toBe(0);
  await keyboard.click();
  await question.getByRole('button', { name: 'Give it to the guest' }).click();
  await expect.poll(async () => keyboard.isChecked(), { timeout: 30_000 }).toBe(true);
});

test('a failure, an empty host and a guest without a controller each say why', async ({ open }) => {
  const { page, faults } = await open({ path: at(0) });
  await openMenu(page);
  await page.evaluate(() => window.harness.fail('local', 'usb', 'permission', 'The host keeps it.'));
  await webcam(page).click();
  await panel(page).getByText('The host keeps it.').waitFor();
  expect(await webcam(page).isChecked()).toBe(false);
  await page.keyboard.press('Escape');

  await page.evaluate(() => window.harness.noSockets('local', 'debian-13'));
  await menu(page).click();
  await panel(page).getByText('This guest takes no USB devices').waitFor();
  expect(await webcam(page).isDisabled()).toBe(true);
  await panel(page).getByRole('button', { name: 'Add a USB controller' }).click();
  await panel(page).getByText('The USB controller comes with the guest’s next start').waitFor();
  expect(await faults()).toEqual([]);

  await page.evaluate(() => ['usb_1_1', 'usb_1_2', 'usb_1_3', 'usb_1_4'].forEach((id) => window.harness.unplug('local', id)));
  await panel(page).getByText('Nothing is plugged into the host that could be given away').waitFor();
});
