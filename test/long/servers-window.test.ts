import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GiB } from '../../backends/model/quantity.ts';
import { type RunningApp, startApp } from '../app/launch.ts';
import { asksToLogIn } from '../app/serial-login.ts';
import { StoragePage } from '../app/storage-page.ts';
import { startNetwork, Wizard } from '../app/wizard.ts';
import { startPrivateCeph } from '../bed/private-ceph.ts';
import { startPrivateGluster } from '../bed/private-gluster.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { tinyGuest } from '../bed/tiny-guest.ts';

// Pools on servers in the real window: found, made, and with guests that start from what lies there.

const SLOW_MS = 180_000;
const patience = { timeout: SLOW_MS, interval: 1000 };
const store = 'disks';
let daemon: PrivateLibvirtd;
let running: RunningApp;
let wizard: Wizard;
let storage: StoragePage;
let image: string;

beforeAll(async () => {
  image = (await tinyGuest()).iso;
  daemon = await startPrivateLibvirtd();
  await startNetwork(daemon);
  running = await startApp({ uri: daemon.uri });
  wizard = new Wizard(running);
  storage = new StoragePage(running);
  running.page.setDefaultTimeout(SLOW_MS);
  await mkdir('out/servers', { recursive: true });
}, 300_000);
afterAll(async () => {
  await running?.stop();
  await daemon?.stop();
});

const main = () => running.page.getByRole('main');
const picture = async (name: string) => void (await running.page.screenshot({ path: `out/servers/${name}.png` }));
const tells = (...args: string[]) => expect.poll(() => daemon.virsh(...args), patience);

/** With its disk, which is not proposed: it is on a server that other hosts use too. */
async function deleteGuest(name: string, disk: string): Promise<void> {
  await main().getByRole('button', { name: 'More actions' }).click();
  const tick = async (question: typeof running.page) => {
    const withDisk = question.getByRole('checkbox', { name: new RegExp(`/${disk}$`) });
    expect(await withDisk.isChecked()).toBe(false);
    await withDisk.check();
    await question.screenshot({ path: `out/servers/delete-${disk}.png` });
  };
  await wizard.agree(() => running.page.getByRole('menuitem', { name: 'Delete…' }).click(), name, 'Delete', tick);
  await tells('list', '--all', '--name').not.toContain(name);
}

test('a Gluster volume is found and made a pool, and a guest starts from an image on it', async () => {
  const server = await startPrivateGluster(store);
  try {
    await promisify(execFile)('qemu-img', ['convert', '-O', 'qcow2', image, join(server.brick, 'system.qcow2')]);
    const form = await storage.newPool('Gluster volume', { Server: server.host });
    await form.getByRole('button', { name: 'Look for it' }).click();
    await form.getByRole('radio', { name: new RegExp(store) }).check();
    expect(await form.getByRole('textbox', { name: 'Gluster volume', exact: true }).inputValue()).toBe(store);
    expect(await form.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe(store);
    await expect.poll(() => form.getByRole('button', { name: 'Look again' }).isEnabled()).toBe(true);
    await picture('gluster-form');
    const press = () => form.getByRole('button', { name: 'Make pool' }).click();
    await wizard.agree(press, server.host, 'Make pool', async (question) => {
      await question.screenshot({ path: 'out/servers/gluster-question.png' });
    });
    await storage.volume('system.qcow2').getByText('Nobody').waitFor();
    await picture('gluster-pool');

    await wizard.beginWithVolume('system.qcow2');
    await picture('gluster-choice');
    // Nothing can be made on Gluster by libvirt, so there is no pool for a copy.
    await main().getByRole('button', { name: /^Disk/ }).click();
    await main().getByText('This host has no active storage pool to keep a disk in').waitFor();
    await picture('gluster-no-room');
    await main().getByRole('radio', { name: 'Use it where it is', exact: true }).press('Space');
    await main().getByText('This host has no active storage pool').waitFor({ state: 'detached' });
    const name = wizard.fresh('web');
    await wizard.toReview(name, '256');
    await picture('gluster-review');
    expect(await wizard.create(name, daemon)).toMatch(/<source protocol='gluster' name='disks\/system\.qcow2'/);
    await asksToLogIn(running.page, SLOW_MS);
    await picture('gluster-console');

    await storage.open();
    await storage.volume('system.qcow2').getByRole('link', { name }).waitFor();
    expect(await (await storage.item('system.qcow2', 'Delete…')).getAttribute('aria-disabled')).toBe('true');
    await picture('gluster-needed');
    await running.page.keyboard.press('Escape');
    await storage.volume('system.qcow2').getByRole('link', { name }).click();
    await deleteGuest(name, 'system.qcow2');
    await tells('vol-list', store).not.toContain('system.qcow2');
    await daemon.virsh('pool-destroy', store);
    await daemon.virsh('pool-undefine', store);
  } finally {
    await server.stop();
  }
}, 600_000);

test('a Ceph pool opens for who has the key; a volume is made there, and a guest starts from one', async () => {
  const cluster = await startPrivateCeph(store);
  try {
    const key = await cluster.addUser('ada', store);
    const wrong = await cluster.addUser('eve', 'other');
    await cluster.rbd('import', image, `${store}/system`);
    const form = await storage.newPool('Ceph pool (RBD)', {
      'Ceph pool': store,
      Monitors: cluster.host,
      'User (optional)': 'ada',
    });
    // The field of a password is none of text to who asks by role.
    const keyField = form.getByLabel('Key (optional)');
    const press = () => form.getByRole('button', { name: 'Make pool' }).click();
    await keyField.fill(wrong);
    await wizard.agree(press, cluster.host, 'Make pool');
    await form.getByText('no monitor answers, or the key is not the user’s').waitFor();
    await form.getByText('ceph auth get client.USER').waitFor();
    await picture('ceph-wrong-key');
    expect(await form.getByRole('textbox', { name: 'Monitors', exact: true }).inputValue()).toBe(cluster.host);
    expect(await daemon.virsh('pool-list', '--all', '--name')).not.toContain(store);

    await keyField.fill(key);
    await wizard.agree(press, cluster.host, 'Make pool', async (question) => {
      expect(await question.locator('body').innerText()).not.toContain(key);
      await question.screenshot({ path: 'out/servers/ceph-question.png' });
    });
    await storage.volume('system').getByText('Nobody').waitFor();

    await main().getByRole('button', { name: 'New volume…' }).click();
    const volume = running.page.getByRole('dialog');
    await volume.getByRole('textbox', { name: 'Name', exact: true }).fill('data');
    await volume.getByRole('textbox', { name: 'Size', exact: true }).fill('1');
    await volume.getByRole('button', { name: 'Make volume' }).click();
    await storage.volume('data').getByText('Nobody').waitFor();
    await picture('ceph-pool');
    expect(JSON.parse(await cluster.rbd('info', '--format', 'json', `${store}/data`))).toMatchObject({ size: GiB });

    await wizard.beginWithVolume('system');
    await main().getByRole('button', { name: /^Disk/ }).click();
    await main().getByRole('radio', { name: 'Use it where it is', exact: true }).press('Space');
    const name = wizard.fresh('db');
    await wizard.toReview(name, '256');
    await picture('ceph-review');
    const definition = await wizard.create(name, daemon);
    expect(definition).toMatch(/<auth username='ada'>\s*<secret type='ceph'/);
    await asksToLogIn(running.page, SLOW_MS);
    await picture('ceph-console');
    await deleteGuest(name, 'system');
    await expect.poll(() => cluster.rbd('ls', store), patience).toBe('data\n');
  } finally {
    await cluster.stop();
  }
}, 600_000);
