import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.ts';

const run = promisify(execFile);
const started: PrivateLibvirtd[] = [];

async function start(options?: { network: boolean }): Promise<PrivateLibvirtd> {
  const daemon = await startPrivateLibvirtd(options);
  started.push(daemon);
  return daemon;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((daemon) => daemon.stop()));
});

const firmwareOnly = `<domain type='qemu'><name>same-name</name><memory unit='MiB'>32</memory>
<os><type>hvm</type></os><devices><graphics type='vnc' listen='127.0.0.1'/></devices></domain>`;

async function defineGuest(daemon: PrivateLibvirtd): Promise<void> {
  const file = `${daemon.dir}/guest.xml`;
  await writeFile(file, firmwareOnly);
  await daemon.virsh('define', file);
}

test('a guest, network or pool that is defined again with another identity takes the place of the first', async () => {
  const daemon = await start({ network: true });
  await defineGuest(daemon);
  await daemon.virsh('start', 'same-name');
  const first = await daemon.virsh('domuuid', 'same-name');
  await defineGuest(daemon);
  expect(await daemon.virsh('domuuid', 'same-name')).not.toBe(first);
  expect(await daemon.virsh('domstate', 'same-name')).toContain('shut off');
  for (const command of ['pool-define-as', 'pool-define-as']) await daemon.virsh(command, 'twice', 'dir', '--target', daemon.dir);
  const net = `${daemon.dir}/twice.xml`;
  await writeFile(net, '<network><name>twice</name></network>');
  for (const command of ['net-define', 'net-define']) await daemon.virsh(command, net);
  await expect(daemon.virsh('define', `${daemon.dir}/nothing.xml`)).rejects.toThrow('nothing.xml');
});

test('two daemons run guests of one name side by side and leave nothing', async () => {
  const [one, two] = [await start(), await start({ network: true })];
  for (const daemon of [one, two]) {
    await defineGuest(daemon);
    await daemon.virsh('start', 'same-name');
    expect(await daemon.virsh('domstate', 'same-name')).toContain('running');
  }
  const pid = (await run(two.enter[0], [...two.enter.slice(1), 'pgrep', 'qemu-system'])).stdout;
  expect(pid.trim().split('\n')).toHaveLength(1);
  await two.stop();
  expect(existsSync(two.dir)).toBe(false);
  expect(await one.virsh('domstate', 'same-name')).toContain('running');
});

test('a guest outlives its crashed daemon, which comes back', async () => {
  const daemon = await start();
  await defineGuest(daemon);
  await daemon.virsh('start', 'same-name');
  await daemon.crash();
  await expect(daemon.virsh('list')).rejects.toThrow('Connection refused');
  await daemon.revive();
  expect(await daemon.virsh('domstate', 'same-name')).toContain('running');
});

test('a NAT network starts in a network namespace', async () => {
  const daemon = await start({ network: true });
  await writeFile(
    `${daemon.dir}/net.xml`,
    `<network><name>default</name><forward mode='nat'/><bridge name='virbr0'/>
     <ip address='192.168.122.1' netmask='255.255.255.0'/></network>`,
  );
  await daemon.virsh('net-define', `${daemon.dir}/net.xml`);
  await daemon.virsh('net-start', 'default');
  expect(await daemon.virsh('net-list')).toMatch(/default\s+active/);
});
