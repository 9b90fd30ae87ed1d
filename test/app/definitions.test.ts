import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type RunningApp, startApp } from './launch.ts';

// In the real window, over a real libvirt: a person edits a guest's definition while somebody else has virsh, and goes back to an earlier one.

const patience = { timeout: 60_000 };
let daemon: PrivateLibvirtd;
let running: RunningApp;
let page: Page;
let id: string;

const source = `<domain type='qemu'><name>edited</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices><graphics type='vnc' autoport='yes' passwd='ge-heim'/><video><model type='vga'/></video></devices></domain>`;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  const file = join(daemon.dir, 'edited.xml');
  await writeFile(file, source);
  await daemon.virsh('define', file);
  id = (await daemon.virsh('domuuid', 'edited')).trim();
  running = await startApp({ uri: daemon.uri });
  ({ page } = running);
  page.setDefaultTimeout(patience.timeout);
});
afterAll(async () => {
  await running.stop();
  await daemon.stop();
});

const editor = () => page.getByRole('textbox', { name: 'Definition' });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const dump = () => daemon.virsh('dumpxml', '--inactive', '--security-info', 'edited');

/** As somebody with virsh does. */
async function elsewhere(what: string | RegExp, by: string): Promise<void> {
  const file = join(daemon.dir, 'elsewhere.xml');
  await writeFile(file, (await dump()).replace(what, by));
  await daemon.virsh('define', file);
}

async function typeAfter(line: string, words: string): Promise<void> {
  await editor().getByText(line, { exact: false }).first().click();
  await page.keyboard.press('End');
  await page.keyboard.type(words);
}

async function apply(): Promise<void> {
  await button('Review').click();
  await page.getByText('What it will have', { exact: true }).waitFor();
  const asked = running.app.waitForEvent('window', patience);
  await button('Apply').click();
  const question = await asked;
  await question.getByText('“edited”').waitFor(patience);
  const closed = question.waitForEvent('close');
  // The window goes with the click, which Playwright may take for a failure; that it did what it should is seen below.
  await question
    .getByRole('button', { name: 'Change it' })
    .click()
    .catch(() => undefined);
  await closed;
  await expect.poll(() => button('Discard').isDisabled(), patience).toBe(true);
}

test(
  'a definition is changed over what virsh changed meanwhile, survives the page and the daemon, and an earlier one comes back',
  { timeout: 300_000 },
  async () => {
    await page.evaluate((to) => (window.location.hash = to), `#/hosts/local/guests/${id}`);
    await page.getByRole('tab', { name: 'XML' }).click();
    await editor().getByText('<name>').waitFor();
    expect(await editor().innerText()).not.toContain('heim');

    // By libvirt's own schema, as this computer has it.
    await typeAfter('<devices>', '<wat');
    await page.getByRole('option', { name: 'watchdog' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.type('chdog modell="itco"/>');
    await page.locator('.cm-lint-marker-warning').waitFor();
    await button('Discard').click();

    // Typed; then the page is loaded anew, as after a crash of it.
    await typeAfter('</uuid>', '<title>Typed here</title>');
    await editor().getByText('Typed here').waitFor();
    await page.reload();
    await editor().getByText('Typed here').waitFor();

    await elsewhere('<on_crash>destroy', '<on_crash>restart');
    await page.getByText('Somebody else has changed this definition').waitFor();
    await button('Compare theirs with yours').click();
    await page.getByText('The changes do not meet').waitFor();
    await button('Use the text on the right').click();
    await apply();
    const both = await dump();
    expect(both).toContain('<title>Typed here</title>');
    expect(both).toContain('<on_crash>restart');
    expect(both).toContain(`passwd='ge-heim'`);

    // The daemon goes while one types, and comes back.
    await typeAfter('</title>', '<!-- half -->');
    await daemon.crash();
    await page
      .getByText(/The host is not connected|Connecting|Reconnecting/)
      .first()
      .waitFor();
    await editor().getByText('half').waitFor();
    expect(await button('Review').getAttribute('aria-disabled')).toBe('true');
    await daemon.revive();
    await expect.poll(() => button('Review').getAttribute('aria-disabled'), patience).not.toBe('true');
    await button('Discard').click();

    await button('History').click();
    await page.getByRole('button', { name: /Met when Guesthouse first looked/ }).click();
    await page.getByRole('textbox', { name: /^Of / }).getByText('edited').waitFor();
    await button('Restore it').click();
    await expect.poll(dump, patience).not.toContain('<title>');
    const restored = await dump();
    expect(restored).toContain('<on_crash>destroy');
    expect(restored).toContain(`passwd='ge-heim'`);
  },
);

test('what is kept of it is the user’s alone, and holds no password', async () => {
  const folder = join(running.home, 'state/guesthouse/definitions');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  expect(names).toHaveLength(1);
  const file = join(folder, names[0] ?? '');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const kept = await readFile(file, 'utf8');
  expect(kept).toContain('<on_crash>restart');
  expect(kept).not.toContain('heim');
  expect(await running.log()).not.toContain('heim');
});
