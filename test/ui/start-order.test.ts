import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './app-page.ts';

const path = '/hosts/local/start-order';
const rows = (page: Page) => page.getByRole('table', { name: 'Start order' }).locator('tbody tr');
const order = (page: Page) => rows(page).locator('th').allInnerTexts();
const steps = (page: Page) => rows(page).locator('td:first-child').allInnerTexts();
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function add(page: Page, name: string): Promise<void> {
  await page.getByLabel('Guest to add').selectOption({ label: name });
  await button(page, 'Add to the order').click();
  await page.getByRole('rowheader', { name, exact: true }).waitFor();
}

test('guests are put in an order, moved, saved, started in it and shut down the other way round', async ({ open }) => {
  const { page, question, faults } = await open({ path });
  await page.getByText('No guest has a place in the order').waitFor();
  expect(await faults()).toEqual([]);
  const names = await page.getByLabel('Guest to add').locator('option').allInnerTexts();
  const [, one = '', two = '', three = ''] = names;
  for (const name of [one, two, three]) await add(page, name);
  expect(await order(page)).toEqual([one, two, three]);
  expect(await button(page, 'Start in order').getAttribute('aria-disabled')).toBe('true');
  await page.getByText('Save the order first.').waitFor();

  await button(page, 'Move row 3 up').click();
  await expect.poll(() => order(page)).toEqual([one, three, two]);
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('start-order-1-up');
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(() => order(page)).toEqual([three, one, two]);
  await rows(page).nth(2).locator('.gh-row-grip').dragTo(rows(page).nth(0));
  await expect.poll(() => order(page)).toEqual([two, three, one]);
  await page.getByLabel(`Start “${three}” with the one above`).click();
  await expect.poll(() => steps(page)).toEqual(['1', '', '2']);

  const wait = page.getByLabel(`Seconds to wait after “${two}”`);
  await wait.fill('soon');
  await page.getByText('A wait is whole seconds, from 0 to 3600.').waitFor();
  expect(await faults()).toEqual([]);
  await wait.fill('1');
  await button(page, 'Save the order').click();
  await button(page, 'Save the order').waitFor({ state: 'detached' });
  expect(await steps(page)).toEqual(['1', '', '2']);
  expect(await wait.inputValue()).toBe('1');

  await button(page, 'Start in order').click();
  const states = () => rows(page).locator('td:nth-child(3)').allInnerTexts();
  await expect.poll(states, { timeout: 30_000 }).toEqual(['Running', 'Running', 'Running']);
  await button(page, 'Shut down in reverse…').click();
  await question.getByText('none is forced off', { exact: false }).waitFor();
  await question.getByRole('button', { name: 'Shut down', exact: true }).click();
  await expect.poll(states, { timeout: 30_000 }).toEqual(['Shut off', 'Shut off', 'Shut off']);

  await button(page, 'Remove row 1').click();
  await expect.poll(() => order(page)).toEqual([three, one]);
  await button(page, 'Discard').click();
  await expect.poll(() => order(page)).toEqual([two, three, one]);
});

test('what is arranged is there again after a look elsewhere, and who may only look arranges nothing', async ({ open }) => {
  const { page } = await open({ path });
  await page.getByText('No guest has a place in the order').waitFor();
  const [, name = ''] = await page.getByLabel('Guest to add').locator('option').allInnerTexts();
  await add(page, name);
  await page.evaluate(() => (window.location.hash = '/hosts/local'));
  await page.getByRole('heading', { level: 1, name: 'Start order' }).waitFor({ state: 'detached' });
  await page.evaluate((hash) => (window.location.hash = hash), path);
  await expect.poll(() => order(page)).toEqual([name]);

  const { page: other } = await open({ looking: 'local', path });
  await other.getByText('You may only look at this host.').waitFor();
  expect(await other.getByLabel('Guest to add').count()).toBe(0);
});
