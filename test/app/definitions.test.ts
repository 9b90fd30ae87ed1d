import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type RunningApp, startApp } from './launch.ts';

// In the real window, over a real libvirt: a person edits a guest's definition while somebody else has virsh, and goes back to an earlier one, and
// brings a deleted guest back.

const pictures = 'out/definitions';
const patience = { timeout: 60_000 };
let daemon: PrivateLibvirtd;
let running: RunningApp;
let page: Page;
let id: string;
let disk: string;

const source = `<domain type='qemu'><name>edited</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices><graphics type='vnc' autoport='yes' passwd='ge-heim'/><video><model type='vga'/></video></devices></domain>`;

/** With what no template would give it: an address of its own, and something that only its definition knows. */
const withDisk = () => `<domain type='qemu'><name>kept</name><title>Kept</title><memory unit='MiB'>32</memory><vcpu>1</vcpu>
  <metadata><note xmlns='https://example.org/note'>by hand</note></metadata>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='none'/><source file='${disk}'/><target dev='vda' bus='virtio'/><serial>a-serial</serial></disk>
    <interface type='user'><mac address='52:54:00:6b:65:70'/><model type='virtio'/></interface>
  </devices></domain>`;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  const file = join(daemon.dir, 'edited.xml');
  await writeFile(file, source);
  await daemon.virsh('define', file);
  id = (await daemon.virsh('domuuid', 'edited')).trim();
  await daemon.virsh('pool-define-as', 'images', 'dir', '--target', join(daemon.dir, 'lib/images'));
  await daemon.virsh('pool-start', 'images');
  await daemon.virsh('vol-create-as', 'images', 'kept.qcow2', '8M', '--format', 'qcow2');
  disk = (await daemon.virsh('vol-path', '--pool', 'images', 'kept.qcow2')).trim();
  running = await startApp({ uri: daemon.uri });
  await mkdir(pictures, { recursive: true });
  ({ page } = running);
  page.setDefaultTimeout(patience.timeout);
});
afterAll(async () => {
  await running.stop();
  await daemon.stop();
});

const editor = () => page.getByRole('textbox', { name: 'Definition' });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const photograph = (what: string) => page.screenshot({ path: `${pictures}/${what}.png` });
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

/** The window goes with the click, which Playwright may take for a failure; that it did what it should is seen afterwards. */
async function answered(question: Page, answer: string): Promise<void> {
  const closed = question.waitForEvent('close');
  await question
    .getByRole('button', { name: answer, exact: true })
    .click()
    .catch(() => undefined);
  await closed;
}

async function apply(): Promise<void> {
  await button('Review').click();
  await page.getByText('What it will have', { exact: true }).waitFor();
  const asked = running.app.waitForEvent('window', patience);
  await button('Apply').click();
  const question = await asked;
  await question.getByText('“edited”').waitFor(patience);
  await answered(question, 'Change it');
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

test(
  'a guest that was deleted without its disk is defined again by the keyboard, the same to the byte, and runs',
  { timeout: 300_000 },
  async () => {
    const file = join(daemon.dir, 'kept.xml');
    await writeFile(file, withDisk());
    await daemon.virsh('define', file);
    const before = await daemon.virsh('dumpxml', '--inactive', 'kept');
    const uuid = (await daemon.virsh('domuuid', 'kept')).trim();

    await page.evaluate((to) => (window.location.hash = to), `#/hosts/local/guests/${uuid}`);
    await page.getByRole('heading', { name: 'kept' }).waitFor();
    await button('More actions').click();
    const asked = running.app.waitForEvent('window', patience);
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const question = await asked;
    await question.getByRole('checkbox', { name: /kept\.qcow2/ }).uncheck(patience);
    await answered(question, 'Delete');
    await expect.poll(() => daemon.virsh('list', '--all', '--name'), patience).not.toContain('kept');
    expect(existsSync(disk)).toBe(true);

    await button('Define again…').waitFor();
    await photograph('deleted');
    await button('Define again…').focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Define “kept” again' });
    await dialog.getByText(disk).waitFor();
    await dialog.getByText('There', { exact: true }).waitFor();
    const name = dialog.getByRole('textbox', { name: 'Name' });
    await expect.poll(() => name.evaluate((box) => box === document.activeElement), patience).toBe(true);
    await photograph('define-again');
    // Its card reaches what this host offers to itself alone: whose definition it once was does not matter.
    const asking = running.app.waitForEvent('window', patience);
    await page.keyboard.press('Enter');
    const grant = await asking;
    await grant.getByText('what listens on the host for the host alone').waitFor(patience);
    await answered(grant, 'Give it');
    await expect.poll(() => daemon.virsh('list', '--all', '--name'), patience).toContain('kept');
    expect(await daemon.virsh('dumpxml', '--inactive', 'kept')).toBe(before);
    expect((await daemon.virsh('domstate', 'kept')).trim()).toBe('shut off');
    await page.getByRole('link', { name: 'kept', exact: true }).click();
    await button('Start').click();
    await expect.poll(async () => (await daemon.virsh('domstate', 'kept')).trim(), patience).toBe('running');
    await photograph('defined-again');
  },
);
