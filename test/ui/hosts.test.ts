import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { guestId } from '../../backends/fake/seed.ts';
import { test } from './app-page.ts';

const two = { hosts: ['local', 'attic'] };
const tree = (page: Page): Locator => page.getByRole('navigation', { name: 'Hosts' });
const line = (page: Page, name: string): Locator => tree(page).getByRole('link', { name: new RegExp(`^Host .*${name}`) });
const state = (page: Page, name: string): Locator => line(page, name).locator('.gh-host__state');
/** A guest's row in the list of all; the fake hosts all have the same guests. */
const rowOn = (page: Page, guest: string, host: string): Locator =>
  page.getByRole('row').filter({ hasText: guest }).filter({ hasText: host });

async function lose(page: Page, host: string, manners: 'unreachable' | 'silent' | 'permission' = 'unreachable'): Promise<void> {
  await page.evaluate(
    ([name, how]) => {
      window.harness.manners(name, how);
      window.harness.drop(name);
    },
    [host, manners] as const,
  );
}

test('a lost host counts down to the next attempt, and a click does not wait for it', async ({ open }) => {
  const { page } = await open(two);
  await expect.poll(async () => state(page, 'attic').innerText()).toBe('Connected');
  await lose(page, 'attic');
  // The waits grow; one of a few seconds can be watched.
  await expect.poll(async () => state(page, 'attic').innerText(), { timeout: 15_000, interval: 100 }).toMatch(/^Waiting ([3-9]|\d\d) s$/);
  const seconds = async () => Number(/\d+/.exec(await state(page, 'attic').innerText())?.[0]);
  const first = await seconds();
  await expect.poll(seconds, { timeout: 3000 }).toBe(first - 1);
  await tree(page).getByText('The host refuses.').waitFor();
  expect(await state(page, 'This computer').innerText()).toBe('Connected');
  await page.evaluate(() => window.harness.manners('attic', 'open'));
  await tree(page).getByRole('button', { name: 'Retry now, Host attic' }).click();
  await expect.poll(async () => state(page, 'attic').innerText(), { timeout: 15_000 }).toBe('Connected');
});

test('an attempt that hangs is given up, and taken up again', async ({ open }) => {
  const { page } = await open({ ...two, silent: 'attic' });
  await expect.poll(async () => state(page, 'attic').innerText()).toBe('Connecting…');
  await tree(page).getByRole('button', { name: 'Cancel, Host attic' }).click();
  await expect.poll(async () => state(page, 'attic').innerText()).toBe('Not connected');
  await page.evaluate(() => window.harness.manners('attic', 'open'));
  await tree(page).getByRole('button', { name: 'Connect, Host attic' }).click();
  await expect.poll(async () => state(page, 'attic').innerText()).toBe('Connected');
});

test('a host that wants a login says so, asks nothing by itself, and lets in who answers', async ({ open }) => {
  const { page, question } = await open(two);
  await expect.poll(async () => state(page, 'attic').innerText()).toBe('Connected');
  await page.evaluate(() => {
    window.harness.manners('attic', { asks: [{ kind: 'secret', what: 'password', prompt: "ada@attic's password: " }], password: 'right' });
    window.harness.drop('attic');
  });
  await expect.poll(async () => state(page, 'attic').innerText(), { timeout: 15_000 }).toBe('Log in needed');
  expect(await page.locator('iframe').count()).toBe(0);
  await line(page, 'attic').click();
  await page.getByRole('main').getByRole('button', { name: 'Log in' }).click();
  await question.getByLabel('Password').fill('right');
  await question.getByLabel('Password').press('Enter');
  await expect.poll(async () => state(page, 'attic').innerText()).toBe('Connected');
});

test('the guests of a lost host stay, say that nobody knows, and permit nothing; on its return they are right again', async ({ open }) => {
  const { page } = await open(two);
  await rowOn(page, 'debian-13', 'Host attic').waitFor();
  await page.getByText('22 guests, 12 running').waitFor();
  await lose(page, 'attic');
  await rowOn(page, 'debian-13', 'Host attic').getByText('Was running').waitFor();
  await rowOn(page, 'kernel-test', 'Host attic').getByText('Had crashed').waitFor();
  expect(await rowOn(page, 'debian-13', 'This computer').innerText()).toContain('Running');
  await page.getByText('11 guests, 6 running, 11 out of reach').waitFor();

  await rowOn(page, 'debian-13', 'Host attic').click({ button: 'right' });
  const pause = page.getByRole('menuitem', { name: 'Pause' });
  expect(await pause.getAttribute('aria-disabled')).toBe('true');
  await pause.hover();
  await page.getByRole('tooltip', { name: 'The host is not connected' }).waitFor();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Running', exact: true }).click();
  await rowOn(page, 'debian-13', 'Host attic').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'All', exact: true }).click();

  await page.evaluate(() => {
    window.harness.change('attic', 'debian-13', { state: 'shut-off' });
    window.harness.remove('attic', 'template');
    window.harness.manners('attic', 'open');
  });
  await rowOn(page, 'debian-13', 'Host attic').getByText('Shut off', { exact: true }).waitFor({ timeout: 10_000 });
  await rowOn(page, 'template', 'Host attic').waitFor({ state: 'detached' });
  await page.getByText('21 guests, 11 running').waitFor();
  await page.evaluate(() => window.harness.change('attic', 'debian-13', { state: 'paused' }));
  await rowOn(page, 'debian-13', 'Host attic').getByText('Paused').waitFor({ timeout: 15_000 });
});

test('while a lost host is tried again and again, nothing on the page moves', async ({ open }) => {
  const { page } = await open({ hosts: ['local', 'attic', 'loft'], delay: 300 });
  await rowOn(page, 'debian-13', 'Host loft').waitFor();
  await lose(page, 'attic');
  await expect.poll(async () => state(page, 'attic').innerText()).toMatch(/Waiting/);
  await tree(page).getByText('The host refuses.').waitFor();
  const places = async () =>
    page.evaluate(() =>
      ['.gh-table', '.gh-tree__lines > li:last-child'].map((one) => document.querySelector(one)?.getBoundingClientRect().y),
    );
  const words = new Set<string>();
  const first = await places();
  for (let i = 0; i < 60; i++) {
    words.add((await state(page, 'attic').innerText()).replace(/\d+/, 'n'));
    expect(await places()).toEqual(first);
    await page.waitForTimeout(50);
  }
  expect([...words].sort()).toEqual(['Connecting…', 'Waiting n s']);
});

test('the guests of a host that the person leaves go, and come back with it', async ({ open }) => {
  const { page } = await open(two);
  await rowOn(page, 'debian-13', 'Host attic').waitFor();
  await line(page, 'attic').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Disconnect' }).click();
  await rowOn(page, 'debian-13', 'Host attic').waitFor({ state: 'detached' });
  await page.getByText('Host attic is not connected.').waitFor();
  await page.getByRole('main').getByRole('button', { name: 'Connect, Host attic' }).click();
  await rowOn(page, 'debian-13', 'Host attic').waitFor();
});

test('the page of a guest whose host is lost keeps what it had, says since when, and offers the next step', async ({ open }) => {
  const { page } = await open({ path: `/hosts/local/guests/${guestId(1)}/overview` });
  await page.getByText('/srv/isos/fedora-43.iso').waitFor();
  await lose(page, 'local');
  await page
    .getByRole('main')
    .getByText(/What is shown here is from/)
    .waitFor();
  await page.getByText('/srv/isos/fedora-43.iso').waitFor();
  await page.locator('header').getByText('Was running').waitFor();
  expect(await page.getByRole('button', { name: 'Shut down' }).getAttribute('aria-disabled')).toBe('true');
  await page.evaluate(() => window.harness.manners('local', 'open'));
  await page.getByRole('main').getByRole('button', { name: 'Retry now' }).click();
  await page.locator('header').getByText('Running', { exact: true }).waitFor();
  await page
    .getByRole('main')
    .getByText(/What is shown here is from/)
    .waitFor({ state: 'detached' });
});

test('a console whose host is lost says so, and connects again once it is back', async ({ open }) => {
  const { page } = await open({ path: `/hosts/local/guests/${guestId(0)}/console` });
  await page.locator('.gh-screen canvas').waitFor();
  await lose(page, 'local');
  await page
    .getByRole('main')
    .getByText(/local|This computer: /)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Reconnect' }).waitFor();
  await page.evaluate(() => window.harness.manners('local', 'open'));
  await page.getByRole('main').getByRole('button', { name: 'Retry now' }).click();
  await page.locator('header').getByText('Running', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Reconnect' }).click();
  await page.getByRole('button', { name: 'Reconnect' }).waitFor({ state: 'detached' });
  await page.locator('.gh-screen canvas').waitFor();
});

test('removing asks first; no is no, and yes takes the host and its guests out of sight', async ({ open }) => {
  const { page, question } = await open(two);
  await rowOn(page, 'debian-13', 'Host attic').waitFor();
  const remove = async () => {
    await line(page, 'attic').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Remove connection…' }).click();
  };
  await remove();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('iframe').waitFor({ state: 'detached' });
  await rowOn(page, 'debian-13', 'Host attic').waitFor();
  expect(await page.locator('.gh-toasts').innerText()).toBe('');
  await line(page, 'attic').click();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Remove connection…' }).click();
  await question.getByRole('button', { name: 'Remove' }).click();
  await line(page, 'attic').waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: 'No such connection' }).waitFor();
  await page.getByRole('link', { name: 'All guests' }).click();
  await page.getByText('11 guests, 6 running').waitFor();
});

test('the keyboard alone goes through the hosts, folds them and opens their menu', async ({ open }) => {
  const { page } = await open(two);
  await expect.poll(async () => state(page, 'attic').innerText()).toBe('Connected');
  await tree(page).getByRole('link', { name: 'All guests' }).focus();
  await page.keyboard.press('ArrowDown');
  expect(
    await tree(page)
      .getByRole('link', { name: 'All screens' })
      .evaluate((element) => element === document.activeElement),
  ).toBe(true);
  await page.keyboard.press('ArrowDown');
  expect(await line(page, 'This computer').evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowDown');
  expect(await line(page, 'attic').evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Disconnect' }).waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(async () => state(page, 'attic').innerText()).toBe('Not connected');
  expect(await line(page, 'attic').evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Host attic' }).waitFor();
});

test('the palette connects and leaves hosts', async ({ open }) => {
  const { page } = await open(two);
  await expect.poll(async () => state(page, 'attic').innerText()).toBe('Connected');
  const run = async (text: string, entry: RegExp) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Go to or do' }).fill(text);
    // The list follows what is typed a little later, and has more in it until then.
    await expect.poll(async () => page.getByRole('option', { name: entry }).count()).toBe(1);
    await page.keyboard.press('Enter');
  };
  await run('disconnect attic', /Disconnect/);
  await expect.poll(async () => state(page, 'attic').innerText()).toBe('Not connected');
  await run('connect host attic', /Connect/);
  await expect.poll(async () => state(page, 'attic').innerText()).toBe('Connected');
});

test('who types and presses Enter before the list has followed gets what was typed', async ({ open }) => {
  const { page } = await open(two);
  const states = async () => tree(page).locator('.gh-host__state').allInnerTexts();
  await expect.poll(states).toEqual(['Connected', 'Connected']);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Go to or do' }).waitFor();
  // Both in one turn of the page, in which nothing is drawn.
  await page.getByRole('combobox', { name: 'Go to or do' }).evaluate((field) => {
    if (!(field instanceof HTMLInputElement)) throw new Error('the palette has no field');
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
    set?.call(field, 'disconnect attic');
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  });
  await expect.poll(async () => state(page, 'attic').innerText()).toBe('Not connected');
  expect((await states()).sort()).toEqual(['Connected', 'Not connected']);
});

test('of fifty hosts each is one line; all are reached by scrolling, and folds outlive the window', async ({ open }) => {
  const hosts = Array.from({ length: 50 }, (_, i) => `h${String(i).padStart(2, '0')}`);
  const { page } = await open({ hosts, guests: 2 });
  await expect.poll(async () => state(page, 'h49').innerText(), { timeout: 10_000 }).toBe('Connected');
  const height = async () =>
    tree(page)
      .locator('.gh-tree__lines')
      .evaluate((element) => element.clientHeight);
  expect(await height()).toBeLessThan(50 * 40);
  // In sight without scrolling, however many hosts there are.
  const add = await tree(page).getByRole('link', { name: 'Add connection' }).boundingBox();
  expect(add?.y).toBeLessThan(800);
  await line(page, 'h49').scrollIntoViewIfNeeded();
  await page.getByRole('button', { name: 'Unfold Host h49' }).click();
  await tree(page).getByRole('link', { name: 'Storage' }).waitFor();
  await page.reload();
  await tree(page).getByRole('link', { name: 'Storage' }).waitFor();
  await lose(page, 'h48');
  await lose(page, 'h49');
  await expect.poll(async () => state(page, 'h48').innerText()).toMatch(/Waiting/);
  await page.getByText('100 guests').waitFor({ state: 'detached' });
});

test('the devices of a host are listed by kind and found by a few letters', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/devices' });
  await page.getByRole('button', { name: 'All as a list' }).click();
  await page.getByRole('table', { name: 'All as a list' }).waitFor();
  const count = await page.getByRole('row').count();
  expect(count).toBeGreaterThan(2);
  const name = await page.getByRole('rowheader').nth(1).innerText();
  await page.getByRole('textbox', { name: 'Search devices' }).fill(name);
  await expect.poll(async () => page.getByRole('row').count()).toBeLessThan(count);
  await page.getByRole('textbox', { name: 'Search devices' }).fill('no such thing');
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.getByRole('button', { name: 'Interfaces', exact: true }).click();
  await page.getByRole('table', { name: 'Interfaces' }).waitFor();
});

test('of a PCI device it is told who has it, and what else a guest would get with it', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/devices' });
  const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
  await row('Intel Corporation I225-V').getByText('All of its group goes with it: 2 devices.').waitFor();
  await row('Intel Corporation I225-V').getByText('The host would lose enp2s0, /dev/nvme0n1.').waitFor();
  await row('Intel Corporation Host bridge').getByText('A bridge stays with the host').waitFor();
  await row('NVIDIA GeForce').getByText('A running guest has it.').waitFor();
  await row('NVIDIA GeForce').getByRole('link').click();
  await page.getByRole('tab', { name: 'Overview' }).waitFor();
  await page.goBack();
  await page.getByRole('button', { name: 'USB', exact: true }).click();
  await row('Yubico YubiKey').getByText('when it starts').waitFor();
  // Without a name, by its numbers.
  await row('0781:5567').waitFor();
  await page.getByRole('button', { name: 'Disks' }).click();
  expect(await row('Samsung SSD 990').innerText()).toContain('1000 GiB');
});

const shown = [
  ['a new connection with all that can be wrong', '/hosts/add', 'add'],
  ['a failed test', '/hosts/add', 'failed'],
  ['an unencrypted road', '/hosts/add', 'tcp'],
  ['a host', '/hosts/local/overview', 'host'],
  ['hosts in every state', '/', 'states'],
  ['the page of a lost host', '/hosts/attic/overview', 'lost'],
  ['the menu of a host', '/', 'menu'],
  ['devices', '/hosts/local/devices', 'devices'],
  ['no host at all', '/', 'none'],
] as const;
const cases = shown.flatMap(([name, path, what]) => (['light', 'dark'] as const).map((colorScheme) => ({ name, path, what, colorScheme })));

test.for(cases)('axe finds nothing on $name, $colorScheme', async ({ path, what, colorScheme }, { open }) => {
  const hosts = what === 'none' ? [] : ['local', 'attic', 'cellar', 'shelf', 'loft'];
  const app = await open({ path, colorScheme, hosts, silent: 'cellar' });
  const { page } = app;
  const fill = async (label: string, text: string) => page.getByRole('textbox', { name: label, exact: true }).fill(text);
  switch (what) {
    case 'add':
      await page.getByRole('radio', { name: /by ssh/ }).check();
      await fill('User', '-l');
      await fill('Port', 'x');
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByText('Enter the name or the address of the host.').waitFor();
      break;
    case 'failed':
      await page.evaluate(() => window.harness.manners('qemu-system', 'permission'));
      await page.getByRole('button', { name: 'Test connection' }).click();
      await page.getByRole('button', { name: 'Use your own session instead' }).waitFor();
      break;
    case 'tcp':
      await page.getByRole('radio', { name: /unencrypted/ }).check();
      await page.getByText('Nothing is encrypted on this road').waitFor();
      break;
    case 'host':
      await page.getByText('libvirt 1.0.0').waitFor();
      break;
    case 'states':
      await lose(page, 'attic');
      await lose(page, 'shelf', 'permission');
      await line(page, 'loft').click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Disconnect' }).click();
      await expect.poll(async () => state(page, 'attic').innerText(), { timeout: 8000 }).toMatch(/Waiting/);
      await expect.poll(async () => state(page, 'shelf').innerText(), { timeout: 8000 }).toBe('Failed');
      expect(await state(page, 'cellar').innerText()).toBe('Connecting…');
      expect(await state(page, 'loft').innerText()).toBe('Not connected');
      break;
    case 'lost':
      await expect.poll(async () => state(page, 'attic').innerText()).toBe('Connected');
      await lose(page, 'attic');
      await page.getByText(/tries again in/).waitFor();
      break;
    case 'menu':
      await line(page, 'attic').click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Remove connection…' }).waitFor();
      break;
    case 'devices':
      await page.getByRole('table', { name: 'PCI' }).waitFor();
      break;
    case 'none':
      await page.getByRole('heading', { name: 'No connection yet' }).waitFor();
      break;
  }
  expect(await app.faults()).toEqual([]);
});
