import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { guestId } from '../../backends/fake/seed.ts';
import { type AppPage, test } from './app-page.ts';

const path = (index: number) => `/hosts/local/guests/${guestId(index)}/definition`;
/** Shut off; and running. */
const off = { name: 'template', path: path(3) };
const on = { name: 'debian-13', path: path(0) };

const editor = (page: Page) => page.getByRole('textbox', { name: 'Definition' });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

/** Puts words into the editor, behind the first place where `after` stands. */
async function typeAfter(page: Page, after: string, words: string): Promise<void> {
  await editor(page).getByText(after, { exact: false }).first().click();
  await page.keyboard.press('End');
  await page.keyboard.type(words);
}

async function apply({ page, question }: AppPage): Promise<void> {
  await button(page, 'Review').click();
  await button(page, 'Apply').click();
  await question.getByRole('button', { name: 'Change it' }).click();
  await page.getByText('The definition is changed').waitFor();
  await button(page, 'Close Success alert: alert: The definition is changed').click();
}

test('a definition is edited, reviewed and applied, and main asks about what is new in it', async ({ open }) => {
  const app = await open({ path: off.path });
  const { page, question } = app;
  await editor(page).getByText('<name>').waitFor();
  await page.getByText('The guest is off: a change counts from its next start.').waitFor();
  expect(await button(page, 'Discard').isDisabled()).toBe(true);
  await typeAfter(page, '</uuid>', '<title>Mine</title>');
  await button(page, 'Review').click();
  await page.getByText('What it will have', { exact: true }).waitFor();
  await page.getByText('fake define').waitFor();
  await button(page, 'Apply').click();
  await question.getByText('<title>Mine</title>').waitFor();
  await question.getByRole('button', { name: 'Change it' }).click();
  await page.getByText('The definition is changed').waitFor();
  await editor(page).getByText('Mine').waitFor();
  expect(await button(page, 'Discard').isDisabled()).toBe(true);
  expect(await app.faults()).toEqual([]);
});

test('what is no XML is marked at its line, and the host’s refusal is shown with the text kept', async ({ open }) => {
  const { page, question } = await open({ path: off.path });
  await typeAfter(page, '</uuid>', '<title>broken');
  await page.locator('.cm-lint-marker-error').waitFor();
  await button(page, 'Review').click();
  await button(page, 'Apply').click();
  await question.getByRole('button', { name: 'Change it' }).click();
  await page.getByRole('main').getByText('The definition is no XML that can be read.').waitFor();
  await editor(page).getByText('<title>broken').waitFor();
});

test('what the schema has no place for is marked, and what it has is proposed, by the keyboard alone', async ({ open }) => {
  const app = await open({ path: off.path });
  const { page } = app;
  await typeAfter(page, '</uuid>', '<nonsense/>');
  await page.locator('.cm-lint-marker-warning').waitFor();
  await typeAfter(page, '<devices>', '<wat');
  await page.getByRole('option', { name: 'watchdog' }).waitFor();
  expect(await app.faults()).toEqual([]);
  // What is proposed is taken only after a moment, lest a quick typist takes it unseen (@codemirror/autocomplete, interactionDelay).
  await expect
    .poll(async () => {
      await page.keyboard.press('Enter');
      return editor(page).getByText('<watchdog').count();
    })
    .toBe(1);
  await page.keyboard.press('Control+f');
  await page.getByRole('textbox', { name: 'Find' }).waitFor();
  expect(await app.faults()).toEqual([]);
});

test('the text outlives another page, and is discarded only by who says so', async ({ open }) => {
  const { page } = await open({ path: on.path });
  await page.getByText('The guest is on: a change counts from its next start').waitFor();
  await typeAfter(page, '</uuid>', '<title>Kept</title>');
  await page.getByRole('tab', { name: 'Overview' }).click();
  await page.getByRole('tab', { name: 'XML' }).click();
  await editor(page).getByText('Kept').waitFor();
  await button(page, 'Running now').click();
  await page.getByRole('textbox', { name: 'What the guest runs with' }).waitFor();
  await button(page, 'Next start').click();
  await editor(page).getByText('Kept').waitFor();
  await button(page, 'Discard').click();
  await expect.poll(async () => editor(page).getByText('Kept').count()).toBe(0);
});

test('somebody else’s change is told while one edits; what does not meet is put together', async ({ open }) => {
  const app = await open({ path: off.path });
  const { page } = app;
  await typeAfter(page, '</uuid>', '<title>Mine</title>');
  await page.evaluate(([name]) => window.harness.redefine('local', name, '<boot dev="hd"/>', '<boot dev="network"/>'), [off.name] as const);
  await page.getByText('Somebody else has changed this definition').waitFor();
  await editor(page).getByText('Mine').waitFor();
  expect(await button(page, 'Review').getAttribute('aria-disabled')).toBe('true');
  await button(page, 'Compare theirs with yours').click();
  await page.getByText('The changes do not meet').waitFor();
  expect(await app.faults()).toEqual([]);
  await button(page, 'What they changed').click();
  await page.getByRole('textbox', { name: 'When you began' }).waitFor();
  await button(page, 'Theirs and yours').click();
  await button(page, 'Use the text on the right').click();
  await editor(page).getByText('<boot dev="network"/>').waitFor();
  await editor(page).getByText('Mine').waitFor();
  await apply(app);
  await editor(page).getByText('Mine').waitFor();
});

test('where both changed the same, the person decides: theirs, or mine after having looked', async ({ open }) => {
  const app = await open({ path: off.path });
  const { page } = app;
  await typeAfter(page, '<boot', '<!-- mine --><bios useserial="yes"/>');
  await page.evaluate(([name]) => window.harness.redefine('local', name, '<boot dev="hd"/>', '<boot dev="network"/>'), [off.name] as const);
  await button(page, 'Compare theirs with yours').click();
  await page.getByText('You both changed the same lines').waitFor();
  await button(page, 'Back to my text').click();
  await editor(page).getByText('useserial').waitFor();
  await button(page, 'Compare theirs with yours').click();
  await button(page, 'Take theirs').click();
  await editor(page).getByText('<boot dev="network"/>').waitFor();
  expect(await editor(page).getByText('useserial').count()).toBe(0);
});

test('with the host gone the text stays and nothing can be applied, and both come back', async ({ open }) => {
  const app = await open({ path: off.path });
  const { page } = app;
  await typeAfter(page, '</uuid>', '<title>Mine</title>');
  await page.evaluate(() => {
    window.harness.manners('local', 'unreachable');
    window.harness.drop('local');
  });
  await page.getByText('The host is not connected.').waitFor();
  await editor(page).getByText('Mine').waitFor();
  expect(await button(page, 'Review').getAttribute('aria-disabled')).toBe('true');
  await page.evaluate(() => window.harness.manners('local', 'open'));
  await expect.poll(async () => button(page, 'Review').getAttribute('aria-disabled'), { timeout: 30_000 }).not.toBe('true');
  await apply(app);
});

test('earlier definitions are kept, compared and brought back', async ({ open }) => {
  const app = await open({ path: off.path });
  const { page } = app;
  await button(page, 'History').click();
  await page.getByText('No earlier definition yet').waitFor();
  await button(page, 'Definition').click();
  await typeAfter(page, '</uuid>', '<title>First</title>');
  await apply(app);
  await page.evaluate(([name]) => window.harness.redefine('local', name, 'First', 'Theirs'), [off.name] as const);
  await editor(page).getByText('Theirs').waitFor();
  await button(page, 'History').click();
  const list = page.getByRole('list', { name: 'Earlier definitions' });
  await expect.poll(async () => list.getByRole('button').count()).toBe(2);
  await list.getByRole('button', { name: /Change the definition of/ }).waitFor();
  expect(await app.faults()).toEqual([]);
  await list.getByRole('button', { name: /when Guesthouse first looked/ }).click();
  await page.getByRole('textbox', { name: 'What the host has' }).getByText('Theirs').waitFor();
  await page.getByRole('combobox', { name: 'Compare with' }).selectOption({ index: 1 });
  await page.getByRole('textbox', { name: /^Of / }).first().getByText('First').waitFor();
  await button(page, 'Restore it').click();
  await page.getByText('The definition is changed').waitFor();
  await button(page, 'Definition').click();
  await expect.poll(async () => editor(page).getByText('<title>').count()).toBe(0);
});

test('a network’s and a pool’s definition are edited by the same rules', async ({ open }) => {
  const app = await open({ path: `/hosts/local/networks/${guestId(9000)}` });
  const { page } = app;
  await button(page, 'Show the definition (XML)').click();
  await page.getByRole('link', { name: 'Edit as XML…' }).click();
  await page.getByText('A change counts from the next start of the network.').waitFor();
  await typeAfter(page, '</uuid>', '<domain name="lab.example"/>');
  await apply(app);
  await editor(page).getByText('lab.example').waitFor();
  expect(await app.faults()).toEqual([]);
  await button(page, 'Back to the network').click();
  await page.evaluate(() => (window.location.hash = '#/hosts/local/storage/default'));
  await button(page, 'Actions for pool default').click();
  await page.getByRole('menuitem', { name: 'Edit as XML…' }).click();
  await page.getByText('A change counts from the next start of the pool.').waitFor();
  await typeAfter(page, '</name>', '<title/>');
  await apply(app);
  await editor(page).getByText('<title/>').waitFor();
});

test('a snapshot’s description is edited by the same rules; a volume’s XML is shown, with what can be done instead', async ({ open }) => {
  const app = await open({ path: path(5) });
  const { page } = app;
  await button(page, 'Snapshots').click();
  const row = page.getByRole('table', { name: 'Snapshots' }).getByRole('row', { name: /before upgrade/ });
  await row.getByText('the guest goes on from it').waitFor();
  expect(await app.faults()).toEqual([]);
  await row.getByRole('link', { name: 'XML of before upgrade' }).click();
  await page.getByText('What is in the snapshot stays as it is.').waitFor();
  await typeAfter(page, '</name>', '<!-- seen -->');
  await typeAfter(page, 'As it was', ' in March');
  expect(await app.faults()).toEqual([]);
  await button(page, 'Discard').click();
  await editor(page).fill('<domainsnapshot>\n  <name>before upgrade</name>\n  <description>In March</description>\n</domainsnapshot>\n');
  await apply(app);
  await editor(page).getByText('In March').waitFor();
  await button(page, 'Back to the guest').click();
  await page.evaluate(() => (window.location.hash = '#/hosts/local/storage/scratch'));
  await button(page, 'Actions for vault.img').click();
  await page.getByRole('menuitem', { name: 'Show XML' }).click();
  await page.getByText('A volume cannot be changed by its XML.').waitFor();
  await editor(page).getByText('<capacity').waitFor();
  expect(await button(page, 'Review').count()).toBe(0);
  expect(await app.faults()).toEqual([]);
});
