import { expect } from 'vitest';
import { test } from './app-page.ts';

test('the list shows every guest with its state and live figures', async ({ open }) => {
  const { page, row } = await open();
  const grid = page.getByRole('grid');
  await row('debian-13').waitFor();
  expect(await grid.getAttribute('aria-rowcount')).toBe('12');
  expect(await row('debian-13').innerText()).toContain('Running');
  expect(await row('windows-11').innerText()).toContain('Paused');
  expect(await row('kernel-test').innerText()).toContain('Crashed');
  await page.getByText('11 guests, 6 running').waitFor();
  // Two readings a second apart make the first rate.
  await row('database')
    .getByText(/[kM]B\/s/)
    .first()
    .waitFor();
});

test('what another program does shows within a second', async ({ open }) => {
  const { page, row } = await open();
  await row('template').waitFor();
  await page.evaluate(() => window.harness.change('local', 'template', { state: 'running' }));
  await row('template').getByText('Running').waitFor({ timeout: 15_000 });
  await page.evaluate(() => window.harness.change('local', 'template', { name: 'golden' }));
  await row('golden').waitFor({ timeout: 15_000 });
  await page.evaluate(() => window.harness.remove('local', 'golden'));
  await row('golden').waitFor({ state: 'detached', timeout: 15_000 });
});

test('typing searches, and a search without a match offers the way back', async ({ open }) => {
  const { page, row } = await open();
  await row('debian-13').waitFor();
  await page.keyboard.type('run');
  expect(await page.getByRole('textbox', { name: 'Search guests' }).inputValue()).toBe('run');
  await row('debian-13').waitFor({ state: 'detached' });
  await row('build-runner-1').waitFor();
  expect(await page.getByRole('row').count()).toBe(3);
  await page.getByRole('textbox', { name: 'Search guests' }).fill('nothing like this');
  await page.getByRole('heading', { name: 'No guest matches' }).waitFor();
  await page.getByRole('button', { name: 'Show all guests' }).click();
  await row('debian-13').waitFor();
});

test('states filter the list', async ({ open }) => {
  const { page, row } = await open();
  await row('debian-13').waitFor();
  await page.getByRole('button', { name: 'Paused', exact: true }).click();
  await row('debian-13').waitFor({ state: 'detached' });
  expect(await page.getByRole('row').count()).toBe(2);
  await page.getByRole('button', { name: 'All', exact: true }).click();
  await row('debian-13').waitFor();
});

test('a click on a column sorts, another one turns it round', async ({ open }) => {
  const { page, row } = await open();
  await row('debian-13').waitFor();
  const names = async () => await page.getByRole('row').getByRole('link').allInnerTexts();
  const ascending = await names();
  expect(ascending).toEqual([...ascending].sort((a, b) => a.localeCompare(b)));
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
  expect(await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('descending');
  await expect.poll(names).toEqual([...ascending].sort((a, b) => b.localeCompare(a)));
  await page.getByRole('columnheader', { name: 'Memory' }).getByRole('button').click();
  expect(await page.getByRole('columnheader', { name: 'Memory' }).getAttribute('aria-sort')).toBe('descending');
});

test('the keyboard alone chooses, pauses, opens and goes back', async ({ open }) => {
  const { page, row } = await open();
  await row('debian-13').waitFor();
  const grid = page.getByRole('grid');
  for (let i = 0; i < 40 && !(await grid.evaluate((element) => element === document.activeElement)); i++) await page.keyboard.press('Tab');
  const chosen = async () => page.locator('[role=grid] tr[aria-selected=true]').getByRole('link').innerText();
  expect(await chosen()).toBe('build-runner-1');
  await page.keyboard.press('ArrowDown');
  expect(await chosen()).toBe('build-runner-2');
  await page.keyboard.press('End');
  expect(await chosen()).toBe('windows-11');
  await page.keyboard.press(' ');
  await row('windows-11').getByText('Running').waitFor();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Pause' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'windows-11' }).waitFor();
  await page.keyboard.press('Alt+ArrowLeft');
  await row('debian-13').waitFor();
});

test('the menu offers what the state permits and says why not', async ({ open }) => {
  const { page, row } = await open();
  await row('template').waitFor();
  await row('template').click({ button: 'right' });
  const item = (name: string) => page.getByRole('menuitem', { name, exact: true });
  expect(await item('Start').getAttribute('aria-disabled')).not.toBe('true');
  expect(await item('Shut down').getAttribute('aria-disabled')).toBe('true');
  await item('Shut down').hover();
  await page.getByRole('tooltip', { name: 'Only a running guest can be asked to shut down' }).waitFor();
  await item('Start').click();
  await row('template').getByText('Running').waitFor();
});

test('shutting down shows the way there, and the end', async ({ open }) => {
  // Slow enough that the way there is to be seen on a busy machine too.
  const { page, row } = await open({ delay: 300 });
  await row('debian-13').getByRole('button', { name: 'Actions for debian-13' }).click();
  await page.getByRole('menuitem', { name: 'Shut down' }).click();
  await row('debian-13')
    .getByText(/Shutting down/)
    .waitFor();
  await row('debian-13').getByText('Shut off').waitFor();
});

test('a failure is a toast with cause and remedy, and a task with its command', async ({ open }) => {
  const { page, row } = await open();
  await row('template').waitFor();
  await page.evaluate(() => window.harness.fail('local', 'act', 'in-use', 'The disk is in use.'));
  await row('template').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Start', exact: true }).click();
  const toast = page.locator('.gh-toasts').getByText('Start “template”: The disk is in use.').first();
  await toast.waitFor();
  await page.getByRole('complementary', { name: 'Tasks' }).getByRole('button', { name: /Tasks/ }).click();
  await page.getByRole('button', { name: 'Show command' }).click();
  await page.getByText('fake start template').waitFor();
});

test('what may lose work is asked first; no is no', async ({ open }) => {
  const { page, row, question } = await open();
  await row('debian-13').waitFor();
  const force = async () => {
    await row('debian-13').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Force off' }).click();
  };
  await force();
  await question.getByRole('heading', { name: 'Force off: “debian-13”?' }).waitFor();
  expect(await question.getByRole('button', { name: 'Cancel' }).evaluate((element) => element === document.activeElement)).toBe(true);
  await question.getByRole('button', { name: 'Cancel' }).press('Escape');
  await page.locator('iframe').waitFor({ state: 'detached' });
  expect(await row('debian-13').innerText()).toContain('Running');
  expect(await page.locator('.gh-toasts').innerText()).toBe('');
  await force();
  await question.getByRole('button', { name: 'Force off' }).click();
  await row('debian-13').getByText('Shut off').waitFor();
});

test('a lost connection says so at once and comes back by itself', async ({ open }) => {
  const { page, row } = await open();
  await row('debian-13').waitFor();
  await page.evaluate(() => {
    window.harness.manners('local', 'daemon-missing');
    window.harness.drop('local');
  });
  await page.getByRole('main').getByText('The connection to the host was lost.').first().waitFor({ timeout: 15_000 });
  await page.evaluate(() => {
    window.harness.change('local', 'template', { name: 'golden' });
    window.harness.manners('local', 'open');
  });
  await row('golden').waitFor({ timeout: 10_000 });
  await page.evaluate(() => window.harness.change('local', 'golden', { state: 'running' }));
  await row('golden').getByText('Running').waitFor();
});

test('a host that refuses says why, and is tried again on demand', async ({ open }) => {
  const { page, row } = await open();
  await row('debian-13').waitFor();
  await page.evaluate(() => {
    window.harness.manners('local', 'permission');
    window.harness.drop('local');
  });
  await page.getByRole('main').getByText('Tell it otherwise.').waitFor({ timeout: 10_000 });
  await page.evaluate(() => window.harness.manners('local', 'open'));
  await page.getByRole('main').getByRole('button', { name: 'Retry' }).click();
  await row('debian-13').waitFor();
});

test('a host that never answers keeps no other waiting', async ({ open }) => {
  const { page, row } = await open({ hosts: ['local', 'attic'], silent: 'attic' });
  await row('debian-13').waitFor({ timeout: 15_000 });
  await page.getByRole('link', { name: 'Host attic' }).click();
  await page.getByRole('main').getByText('Connecting…').waitFor();
  await page.evaluate(() => {
    window.location.hash = '#/hosts/attic';
  });
  await page.getByRole('status', { name: 'Reading the list of guests' }).waitFor();
});

test('an empty list says what to do', async ({ open }) => {
  const { page } = await open({ guests: 0 });
  await page.getByRole('heading', { name: 'No guests yet' }).waitFor();
  expect(await page.getByRole('button', { name: 'Create guest' }).count()).toBeGreaterThan(0);
});

test('of 10,000 guests only those in sight are rows, anywhere in the list', async ({ open }) => {
  const { page, row } = await open({ guests: 10_000 });
  await page.getByText('10,000 guests').waitFor();
  await page.getByRole('grid').focus();
  const rows = async () => page.locator('tbody tr').count();
  expect(await rows()).toBeLessThanOrEqual(100);
  await page.keyboard.press('End');
  await row('windows-11').waitFor();
  expect(await rows()).toBeLessThanOrEqual(100);
  await page.getByRole('textbox', { name: 'Search guests' }).fill('guest-09999');
  await row('guest-09999').waitFor();
  await expect.poll(rows).toBe(1);
  await page.getByRole('textbox', { name: 'Search guests' }).fill('');
  await page.getByText('10,000 guests').waitFor();
  for (const top of [50_000, 200_000, 330_000]) {
    await page.locator('.gh-scroller').evaluate((element, to) => element.scrollTo({ top: to }), top);
    await page.waitForTimeout(150);
    expect(await rows()).toBeLessThanOrEqual(100);
    expect(await rows()).toBeGreaterThan(10);
  }
});
