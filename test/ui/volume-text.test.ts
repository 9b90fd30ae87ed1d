import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './app-page.ts';

const path = '/hosts/local/storage/scratch';
const row = (page: Page, name: string) => page.getByRole('grid', { name: /^Volumes of/ }).getByRole('row', { name });
const openForm = async (page: Page) => {
  await page.getByRole('button', { name: 'New volume…', exact: true }).click();
  return page.getByRole('dialog', { name: 'New volume in “scratch”' });
};

test('a new volume’s form is its definition, which can be changed and is made as it stands there', async ({ open }) => {
  const { page, faults, question } = await open({ path });
  const dialog = await openForm(page);
  await dialog.getByLabel('Name', { exact: true }).fill('own.qcow2');
  await dialog.getByLabel('Size', { exact: true }).fill('3');
  await dialog.getByRole('tab', { name: 'Definition (XML)' }).click();
  const editor = dialog.getByRole('textbox', { name: 'Definition' });
  await editor.getByText('<name>own.qcow2</name>').waitFor();
  expect(await editor.innerText()).toContain(String(3 * 2 ** 30));
  expect(await dialog.getByRole('button', { name: 'Back to the form’s' }).isDisabled()).toBe(true);
  expect(await faults()).toEqual([]);

  // What cannot be read is marked, refused with words, and stays.
  const text = (name: string, more = '') =>
    `<volume><name>${name}</name><capacity>4294967296</capacity>\n<target><format type="raw"/>${more}</target></volume>`;
  await editor.fill('<volume>\n<name>own</nam></volume>');
  await dialog.locator('.cm-lint-marker-error').waitFor();
  await dialog.getByRole('button', { name: 'Make volume' }).click();
  await dialog.getByText('The definition is no XML that can be read.').waitFor();
  expect(await editor.innerText()).toContain('</nam>');

  // A name that is taken is refused before anything is asked.
  await editor.fill(text('vault.img', '<permissions><mode>0666</mode></permissions>'));
  await dialog.getByRole('button', { name: 'Make volume' }).click();
  await dialog.getByText(/has a volume “vault.img” already/).waitFor();

  // What it says of the host is asked about by main.
  await editor.fill(text('own.img', '<permissions><mode>0666</mode></permissions>'));
  await dialog.getByRole('tab', { name: 'Form' }).click();
  expect(await dialog.getByLabel('Name', { exact: true }).inputValue()).toBe('own.qcow2');
  await dialog.getByRole('tab', { name: 'Definition (XML)' }).click();
  await dialog.getByText('Your own definition. The form does not count.').waitFor();
  await dialog.getByRole('button', { name: 'Make volume' }).click();
  await question.getByText('target/permissions/mode: 0666').waitFor();
  await question.getByRole('button', { name: 'Make volume' }).click();
  await dialog.waitFor({ state: 'detached' });
  await row(page, 'own.img').getByText('4 GiB').waitFor();
  expect(await row(page, 'own.qcow2').count()).toBe(0);
});

test('a definition goes back to what the form says, and the form says what is wrong with it first', async ({ open }) => {
  const { page, faults } = await open({ path });
  const dialog = await openForm(page);
  await dialog.getByLabel('Size', { exact: true }).fill('0');
  await dialog.getByRole('tab', { name: 'Definition (XML)' }).click();
  await dialog.getByText(/something to mend first/).waitFor();
  expect(await faults()).toEqual([]);
  await dialog.getByRole('tab', { name: 'Form' }).click();
  await dialog.getByLabel('Size', { exact: true }).fill('2');
  await dialog.getByRole('tab', { name: 'Definition (XML)' }).click();
  const editor = dialog.getByRole('textbox', { name: 'Definition' });
  await editor.getByText('<name>disk.qcow2</name>').waitFor();
  await editor.fill('<volume><name>other</name></volume>');
  await dialog.getByRole('button', { name: 'Back to the form’s' }).click();
  await editor.getByText('<name>disk.qcow2</name>').waitFor();
  await dialog.getByRole('button', { name: 'Make volume' }).click();
  await dialog.waitFor({ state: 'detached' });
  await row(page, 'disk.qcow2').getByText('2 GiB').waitFor();
});
