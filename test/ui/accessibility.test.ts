import { expect } from 'vitest';
import { guestId } from '../../backends/fake/seed.ts';
import { test } from './app-page.ts';
import type { AppPage } from './app-page.ts';

const guest = (index: number, tab: string) => `/hosts/local/guests/${guestId(index)}/${tab}`;

/** Each page, and what shows that it is complete. */
const pages: readonly (readonly [name: string, path: string, ready: (app: AppPage) => Promise<unknown>])[] = [
  ['the list', '/', async ({ row }) => row('debian-13').waitFor()],
  ['one host', '/hosts/local', async ({ row }) => row('debian-13').waitFor()],
  ['the overview', guest(1, 'overview'), async ({ page }) => page.getByText('/srv/isos/fedora-43.iso').waitFor()],
  ['a screen', guest(0, 'console'), async ({ page }) => page.locator('.gh-screen canvas').waitFor()],
  [
    'a terminal',
    guest(0, 'console'),
    async ({ page }) => {
      await page.getByRole('button', { name: 'Serial 1' }).click();
      await page.locator('.xterm-rows').getByText('login').waitFor();
    },
  ],
  [
    'a console of a guest that is off',
    guest(3, 'console'),
    async ({ page }) => page.getByRole('heading', { name: 'The guest is off' }).waitFor(),
  ],
  ['the graphs', guest(6, 'performance'), async ({ page }) => page.locator('.uplot').nth(3).waitFor()],
  ['the hardware', guest(1, 'hardware'), async ({ page }) => page.getByRole('heading', { name: 'Overview', level: 3 }).waitFor()],
  [
    'a change of hardware under review',
    guest(1, 'hardware'),
    async ({ page }) => {
      await page.getByRole('button', { name: /^Disk vda/ }).click();
      await page.getByLabel('Cache', { exact: true }).selectOption({ label: 'none' });
      await page.getByRole('button', { name: 'Review and apply' }).click();
      await page.getByRole('table', { name: 'What will be different' }).waitFor();
      await page.getByRole('button', { name: 'Show the change' }).click();
      await page.getByRole('textbox', { name: 'Change in the definition' }).waitFor();
    },
  ],
  [
    'a new device',
    guest(1, 'hardware'),
    async ({ page }) => {
      await page.getByRole('button', { name: 'Add device…' }).click();
      await page.getByRole('dialog').getByRole('button', { name: /^Disk/ }).click();
      await page.getByRole('dialog').getByLabel('Cache', { exact: true }).waitFor();
    },
  ],
  [
    'what is installed',
    guest(1, 'software'),
    async ({ page }) => {
      await page.getByRole('button', { name: 'Look into its disks' }).click();
      await page.getByText('openssh-server').or(page.getByText('2,004 applications')).first().waitFor();
    },
  ],
  ['the definition', guest(0, 'definition'), async ({ page }) => page.getByRole('textbox', { name: 'Definition' }).waitFor()],
  ['the pools', '/hosts/local/storage', async ({ page }) => page.getByText('scratch').first().waitFor()],
  ['the networks', '/hosts/local/networks', async ({ page }) => page.getByText('virbr0').first().waitFor()],
  [
    'the drawing of the networks',
    '/hosts/local/networks/drawing',
    async ({ page }) =>
      page
        .getByRole('link', { name: /pfsense/ })
        .first()
        .waitFor(),
  ],
  [
    'a network',
    `/hosts/local/networks/${guestId(9000)}`,
    async ({ page }) => page.getByRole('table', { name: 'Addresses lent now' }).waitFor(),
  ],
  ['the form of a network', '/hosts/local/networks/new', async ({ page }) => page.getByLabel('IPv4 subnet').waitFor()],
  ['the wizard', '/hosts/local/create', async ({ page }) => page.getByRole('button', { name: 'Choose ISO image' }).waitFor()],
  [
    'the review',
    '/hosts/local/create',
    async ({ page }) => {
      await page.getByRole('button', { name: 'Choose ISO image' }).click();
      await page.getByRole('button', { name: 'Review and create' }).click();
      await page.getByLabel('The guest to be made').waitFor();
    },
  ],
  [
    'the tasks and a failure',
    '/',
    async ({ page, row }) => {
      await row('template').waitFor();
      await page.evaluate(() => window.harness.fail('local', 'act', 'in-use', 'The disk is in use.'));
      await row('template').click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Start', exact: true }).click();
      await page.getByRole('button', { name: /Tasks/ }).click();
      await page.locator('.gh-toasts').getByText('The disk is in use.').first().waitFor();
    },
  ],
  [
    'a menu',
    '/',
    async ({ page, row }) => {
      await row('template').click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Start', exact: true }).waitFor();
    },
  ],
  [
    'a question',
    guest(6, 'overview'),
    async ({ page, question }) => {
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await question.getByRole('checkbox').first().waitFor();
    },
  ],
  [
    'a lost connection',
    '/hosts/local',
    async ({ page, row }) => {
      await row('debian-13').waitFor();
      await page.evaluate(() => {
        window.harness.manners('local', 'permission');
        window.harness.drop('local');
      });
      await page.getByRole('main').getByText('Tell it otherwise.').waitFor({ timeout: 10_000 });
    },
  ],
];

const cases = pages.flatMap(([name, path, ready]) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ name, path, ready, colorScheme })),
);

test.for(cases)('axe finds nothing on $name, $colorScheme', async ({ path, ready, colorScheme }, { open }) => {
  const app = await open({ path, colorScheme });
  await ready(app);
  expect(await app.faults()).toEqual([]);
});

/** Each kind of page where much is typed or listed. */
const close = [
  'the hardware',
  'a change of hardware under review',
  'a new device',
  'what is installed',
  'the definition',
  'the pools',
  'the networks',
  'the form of a network',
  'the wizard',
];
const closeCases = pages.filter(([name]) => close.includes(name)).map(([name, path, ready]) => ({ name, path, ready }));

test.for(closeCases)('$name, with text of twice the size and in the colours of a high contrast', async ({ path, ready }, { open }) => {
  expect(closeCases).toHaveLength(close.length);
  const app = await open({ path });
  const { page } = app;
  await ready(app);
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  // A zoom of 200 % is half as many pixels of CSS in the same window.
  await page.setViewportSize({ width: 640, height: 400 });
  expect(await app.faults()).toEqual([]);
  // Nothing hangs over an edge to which nothing scrolls, once what slides in (the buttons that scroll tabs) has come to rest.
  const cut = async () =>
    page.evaluate(() => {
      const canScroll = (element: Element): boolean =>
        /auto|scroll/.test(getComputedStyle(element).overflowX) || (element.parentElement !== null && canScroll(element.parentElement));
      return [...document.querySelectorAll('main :is(button, input, select), [role="dialog"] :is(button, input, select)')]
        .filter(
          (element) => element.checkVisibility() && element.getBoundingClientRect().right > window.innerWidth + 1 && !canScroll(element),
        )
        .map((element) => element.outerHTML.slice(0, 200));
    });
  await expect.poll(cut, { timeout: 20_000 }).toEqual([]);
});
