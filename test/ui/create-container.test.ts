import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './app-page.ts';

// The wizard on a host that runs containers.

const path = '/hosts/local/create';
const open = { path, containers: 'local' } as const;
const main = (page: Page) => page.getByRole('main');
const file = async (page: Page, name: string) => page.evaluate((chosen) => (window.harness.file = chosen), name);
const press = async (page: Page, name: string) => main(page).getByRole('button', { name, exact: true }).click();
/** By the keyboard: the cards' labels lie over what is written on them. */
const road = async (page: Page, title: string) => page.getByRole('radio', { name: title, exact: true }).press('Space');
async function review(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^Name and resources/ }).click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await press(page, 'Review and create');
  await page.getByLabel('The guest to be made').waitFor();
}
const fact = (page: Page, term: string) =>
  page
    .locator('dl > div')
    .filter({ has: page.getByRole('term').getByText(term, { exact: true }) })
    .getByRole('definition');
const created = async (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['GUESTHOUSE_PICTURES'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
}

test.for(['light', 'dark'] as const)(
  'what is possible comes first, and a card under the pointer does not look chosen (%s)',
  async (colorScheme, { open: start }) => {
    const { page, faults } = await start({ ...open, colorScheme });
    const cards = page.getByRole('radiogroup', { name: 'Begin with' });
    await cards.waitFor();
    expect(await cards.getByRole('radio').count()).toBe(2);
    expect(await cards.getByRole('radio', { name: 'Application container' }).isChecked()).toBe(true);
    const border = (title: string) =>
      cards
        .locator('.pf-v6-c-card')
        .filter({ hasText: title })
        .locator('label')
        .evaluate((label) => {
          const { borderTopColor, borderTopWidth } = getComputedStyle(label, '::before');
          return `${borderTopWidth} ${borderTopColor}`;
        });
    const chosen = await border('Application container');
    const other = await border('System container');
    expect(other).not.toBe(chosen);
    await cards.locator('.pf-v6-c-card').filter({ hasText: 'System container' }).hover();
    const background = (title: string) =>
      cards
        .locator('.pf-v6-c-card')
        .filter({ hasText: title })
        .locator('label')
        .evaluate((label) => getComputedStyle(label, '::before').backgroundColor);
    await expect.poll(() => background('System container')).not.toBe(await background('Application container'));
    await page.evaluate(async () => Promise.all(document.getAnimations().map(async ({ finished }) => finished)));
    await picture(page, `roads-hover-${colorScheme}`);
    await expect.poll(() => border('System container')).toBe(other);
    const closed = page.getByRole('button', { name: 'Not possible on this host' });
    expect(await closed.getAttribute('aria-expanded')).toBe('false');
    await closed.press('Enter');
    await page.getByText('no other system can be installed in them').waitFor();
    expect(await faults()).toEqual([]);
    await picture(page, `roads-closed-${colorScheme}`);
  },
);

test('an archive is put into a folder of a pool, for users of the container’s own, and its console answers', async ({ open: start }) => {
  const { page, faults } = await start(open);
  await road(page, 'System container');
  await file(page, '/home/ada/small-system.tar.gz');
  await press(page, 'Choose archive');
  await page.getByText('Chosen: small-system.tar.gz').waitFor();
  await page.getByRole('combobox', { name: 'Pool for the files' }).waitFor();
  await page.getByText(/is user 100000 outside/).waitFor();
  expect(await faults()).toEqual([]);
  await picture(page, 'container-archive');
  await review(page, 'small');
  expect(await fact(page, 'Log in').innerText()).toContain('As the archive has it');
  await page.getByRole('button', { name: 'Change log in' }).click();
  await page.getByRole('textbox', { name: 'Password of root' }).fill('secret');
  await page.getByRole('textbox', { name: 'The same password again' }).fill('secret');
  await page.getByText('Set. Only its hash is kept.').waitFor();
  await page.getByRole('textbox', { name: 'Host name' }).fill('no name');
  await page.getByText('Letters, digits and hyphens, in parts with dots between').waitFor();
  await page.getByRole('textbox', { name: 'Host name' }).fill('web.example.org');
  expect(await faults()).toEqual([]);
  await picture(page, 'container-password');
  await page
    .getByRole('button', { name: /^Review/ })
    .first()
    .click();
  expect(await fact(page, 'Log in').innerText()).toContain('As root, with the password');
  expect(await fact(page, 'Begin with').innerText()).toContain('small-system.tar.gz');
  expect(await faults()).toEqual([]);
  await picture(page, 'container-review');
  await press(page, 'Create');
  await created(page, 'small');
  await page.locator('.xterm-rows').getByText('login').waitFor();
  expect(await page.getByRole('button', { name: 'Screen', exact: true }).count()).toBe(0);
  await page.getByRole('tab', { name: 'Overview' }).click();
  await page.getByText('container', { exact: true }).first().waitFor();
});

test('a program of the host’s runs in a container only after main has named it', async ({ open: start }) => {
  const { page, question, faults } = await start(open);
  await road(page, 'Application container');
  await page.getByRole('textbox', { name: 'Program' }).fill('bin/sh');
  await page.getByText('Enter the whole path of a program, beginning with /.').waitFor();
  await page.getByRole('textbox', { name: 'Program' }).fill('/bin/sh');
  await page.getByRole('textbox', { name: 'Arguments' }).fill('-i');
  expect(await faults()).toEqual([]);
  await review(page, 'shell');
  await page.getByText('root in the container is root on the host').waitFor();
  expect(await faults()).toEqual([]);
  await press(page, 'Create');
  await question.getByText('/bin/sh').waitFor();
  await question.getByText('-i', { exact: true }).waitFor();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await press(page, 'Create');
  await question.getByRole('button', { name: 'Run it' }).click();
  await created(page, 'shell');
});

test('a system that is put together fails in the middle, and its folder goes', async ({ open: start }) => {
  const { page, question, faults } = await start(open);
  await road(page, 'System container');
  await page.getByRole('radio', { name: 'Made of packages' }).press('Space');
  await page.getByRole('textbox', { name: 'Release' }).fill('bookworm');
  await page.getByRole('textbox', { name: 'Mirror' }).fill('https://deb.debian.org/debian');
  expect(await faults()).toEqual([]);
  await page.evaluate(() => window.harness.fail('local', 'make-disk', 'bad-file', 'The mirror does not answer.'));
  await review(page, 'half-made');
  expect(await fact(page, 'Log in').innerText()).toContain('virsh -c lxc:///system domid half-made');
  expect(await faults()).toEqual([]);
  await picture(page, 'container-without-password');
  await press(page, 'Create');
  await question.getByRole('button', { name: 'Fetch' }).click();
  await question.getByText('bookworm').waitFor();
  await question.getByRole('button', { name: 'Put it together' }).click();
  await main(page).getByText('The mirror does not answer.').first().waitFor();
  await page.evaluate(() => (window.location.hash = '#/hosts/local/storage'));
  await page.getByText('scratch').first().waitFor();
  expect(await page.getByText('half-made', { exact: true }).count()).toBe(0);
});
