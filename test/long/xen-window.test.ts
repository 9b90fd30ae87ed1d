import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { windowUser } from '../../build/setup/window-user.mjs';
import { addHostBySsh } from '../app/add-host.ts';
import { type RunningApp, startApp } from '../app/launch.ts';
import { asksToLogIn } from '../app/serial-login.ts';
import { Wizard } from '../app/wizard.ts';
import { type EmulatedHost, startEmulatedHost } from '../bed/emulated-host.ts';
import { makePygrubDisk } from '../bed/pygrub-disk.ts';

// A Xen host in the real window, by the road that a person takes: added over ssh, and a guest made there of a disk image of this computer. Xen
// gives a guest's device model ten seconds to start, which an emulated host has only where nothing else keeps this computer busy.

const SLOW_MS = 240_000;
let host: EmulatedHost;
let running: RunningApp;
let folder: string;
let image: string;

beforeAll(async () => {
  const user = windowUser();
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-xen-'));
  image = await makePygrubDisk(folder);
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  host = await startEmulatedHost({ under: 'xen', ...(user !== undefined && { owner: user }) });
  await host.client.configure(`IdentityFile ${join(host.client.dir, 'emulated-key')}`);
  running = await startApp({ env: host.client.env });
  running.page.setDefaultTimeout(SLOW_MS);
  await mkdir('out/xen', { recursive: true });
}, 600_000);
afterAll(async () => {
  await running?.stop();
  await host?.stop();
  await rm(folder, { recursive: true, force: true });
});

const picture = async (name: string) => void (await running.page.screenshot({ path: `out/xen/${name}.png` }));
const virsh = (...words: readonly string[]) => host.shell(`virsh -c xen:///system ${words.join(' ')}`);

test('a Xen host is added, its own system left alone, and a paravirtual guest made, seen and deleted there', async () => {
  const { page } = running;
  const main = page.getByRole('main');
  // What the host calls itself, not this computer's name.
  const port = new URL(host.uri('xen')).port;
  const id = await addHostBySsh(page, { port, name: 'attic', hypervisor: 'xen' }, 'emulated');
  await main.getByText('Xen 4.17.0').waitFor();

  await page.getByRole('link', { name: 'All guests' }).click();
  await main.getByText('Domain-0').dblclick();
  await page.getByRole('heading', { level: 1, name: 'Domain-0' }).waitFor();
  await main.getByText('Virtualisation').waitFor();
  for (const name of ['Shut down', 'Pause']) {
    expect(await main.getByRole('button', { name, exact: true }).getAttribute('aria-disabled')).toBe('true');
  }
  await picture('domain-0');

  const wizard = new Wizard(running, id);
  page.setDefaultTimeout(SLOW_MS);
  await wizard.begin('Existing disk');
  await wizard.chooses(image);
  await wizard.press('Choose disk image');
  await main.getByText('raw, 96 MiB').waitFor();
  await main.getByRole('button', { name: /^Disk/ }).click();
  await wizard.press('Make the pool “default”');
  await main.getByRole('combobox', { name: 'Pool' }).waitFor();
  const name = wizard.fresh('pear');
  await wizard.toReview(name, '256');
  await wizard.press('Start the network “default”');
  await main.getByText('is not active').waitFor({ state: 'detached' });
  await picture('review');
  await wizard.create(name, { virsh });

  await asksToLogIn(page, SLOW_MS, 'Console');
  const terminal = page.locator('.gh-terminal-stage:visible');
  await page.keyboard.type('root\n');
  await expect.poll(() => terminal.innerText(), { timeout: SLOW_MS }).toContain('/root #');
  await page.keyboard.type('cat /sys/hypervisor/type\n');
  await expect.poll(() => terminal.innerText(), { timeout: SLOW_MS }).toMatch(/\nxen\s/);
  await main.getByRole('button', { name: 'VNC display' }).click();
  await main.getByRole('button', { name: 'Ctrl+Alt+Del' }).waitFor();
  await picture('vnc');

  // Xen's driver tells no addresses; the network knows whom it has lent one.
  const lent = async () => /(192\.168\.122\.\d+)\/24/.exec(await virsh('net-dhcp-leases default'))?.[1] ?? '';
  await expect.poll(lent, { timeout: SLOW_MS }).not.toBe('');
  await page.getByRole('tab', { name: 'Overview' }).click();
  await main
    .getByText(await lent())
    .first()
    .waitFor();

  await main.getByRole('button', { name: 'More actions' }).click();
  const deletion = () => page.getByRole('menuitem', { name: 'Delete…' }).click();
  await wizard.agree(deletion, /images\/pear/, 'Delete');
  await main.getByText('Domain-0').waitFor();
  await expect.poll(() => virsh('list --all --name'), { timeout: SLOW_MS }).not.toContain(name);
}, 1_200_000);
