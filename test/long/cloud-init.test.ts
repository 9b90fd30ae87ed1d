import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { cloudImageFolder } from '../../build/setup/emulated-systems.mjs';
import { type RunningApp, startApp } from '../app/launch.ts';
import { startNetwork, Wizard } from '../app/wizard.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { makePool } from '../faults/storage-bed.ts';

// A cloud image as distributions publish them, with the real cloud-init in it: what the wizard was told is what the guest became.

const run = promisify(execFile);
let daemon: PrivateLibvirtd;
let running: RunningApp;
let wizard: Wizard;
let image: string;

beforeAll(async () => {
  image = join(await cloudImageFolder(), 'cloud.qcow2');
  daemon = await startPrivateLibvirtd({ network: true });
  await makePool(daemon, 'disks');
  await startNetwork(daemon);
  running = await startApp({ uri: daemon.uri });
  wizard = new Wizard(running);
  await running.page.getByRole('link', { name: 'All guests' }).waitFor();
}, 900_000);
afterAll(async () => {
  await running?.stop();
  await daemon?.stop();
});

/** A command in the guest by its agent; what it wrote. */
async function inGuest(name: string, command: string): Promise<string> {
  const agent = async (execute: string, given: object) =>
    JSON.parse(await daemon.virsh('qemu-agent-command', name, JSON.stringify({ execute, arguments: given }))).return;
  const { pid } = await agent('guest-exec', { path: '/bin/sh', arg: ['-c', command], 'capture-output': true });
  return vi.waitFor(
    async () => {
      const status = await agent('guest-exec-status', { pid });
      if (status.exited !== true) throw new Error(`${command} goes on`);
      return Buffer.from(status['out-data'] ?? '', 'base64').toString();
    },
    { timeout: 120_000, interval: 1000 },
  );
}

test('a guest of a cloud image has the name, user, password, key, disk and own lines that were given in the wizard', async () => {
  const { page } = running;
  const before = await stat(image);
  await mkdir('out/create', { recursive: true });
  const keys = join(daemon.dir, `keys-${randomUUID()}`);
  await mkdir(keys);
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ada@desk', '-f', join(keys, 'id')]);
  const key = (await readFile(join(keys, 'id.pub'), 'utf8')).trim();

  const name = wizard.fresh('orchard');
  await wizard.begin('Cloud image');
  await wizard.chooses(image);
  await wizard.press('Choose disk image');
  await wizard.main().getByText('qcow2, 2 GiB').waitFor();
  await wizard.press('Next');
  await page.getByRole('textbox', { name: 'User', exact: true }).fill('ada');
  await page.getByLabel('Password', { exact: true }).fill('correct horse');
  await page.getByLabel('The same password again').fill('correct horse');
  await page.getByText('Set. Only its hash is kept.').waitFor();
  await page.getByRole('textbox', { name: 'Or paste a public key' }).fill(key);
  await page.getByRole('textbox', { name: 'Host name' }).fill('pear-tree');
  await page.getByRole('button', { name: 'Own cloud-config and preview' }).click();
  await page.getByRole('textbox', { name: 'Own cloud-config' }).fill('timezone: Europe/Berlin');
  await page.getByRole('button', { name: 'Disk', exact: true }).click();
  await page.getByRole('textbox', { name: 'Size', exact: true }).fill('3');
  await wizard.toReview(name, '768');
  await page.screenshot({ path: 'out/create/cloud-init-review.png' });
  const definition = await wizard.create(name, daemon);
  expect(definition).toContain("type='qemu'");

  await expect
    .poll(() => daemon.virsh('qemu-agent-command', name, '{"execute":"guest-ping"}').catch(() => ''), { timeout: 400_000 })
    .toContain('return');
  const status = await inGuest(name, 'cloud-init status --wait');
  expect(status).toContain('status: done');
  expect(await inGuest(name, 'hostname')).toBe('pear-tree\n');
  expect(await inGuest(name, 'cat /home/ada/.ssh/authorized_keys')).toContain(key);
  expect(await inGuest(name, 'sudo -lU ada')).toContain('ALL');
  expect(await inGuest(name, 'cat /etc/timezone; date +%Z')).toMatch(/Europe\/Berlin\nCES?T/);
  const [, hash = ''] = (await inGuest(name, 'grep ^ada: /etc/shadow')).split(':');
  const [, , salt = ''] = hash.split('$');
  const { stdout } = await run('openssl', ['passwd', '-6', '-salt', salt, 'correct horse']);
  expect(stdout.trim()).toBe(hash);
  expect(Number(await inGuest(name, 'df -BM --output=size / | tail -1 | tr -dc 0-9'))).toBeGreaterThan(2500);
  // What distributors' images are for: many guests of one, which stays as it was.
  expect((await stat(image)).mtimeMs).toBe(before.mtimeMs);

  // The window tells where it is reached.
  const [address = ''] = (await inGuest(name, "ip -4 -o addr show scope global | awk '{ print $4 }'")).split('/');
  expect(address).toMatch(/^192\.168\.122\./);
  await page.getByRole('tab', { name: 'Overview' }).click();
  await expect.poll(() => wizard.main().innerText(), { timeout: 60_000 }).toContain(address);
  await page.screenshot({ path: 'out/create/cloud-init-guest.png' });
}, 900_000);
