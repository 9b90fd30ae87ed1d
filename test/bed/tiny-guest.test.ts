import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.ts';
import { type SerialLine, serialLine } from './serial-line.ts';
import { type TinyDomainOptions, type TinyGuest, tinyDomainXml, tinyGuest } from './tiny-guest.ts';

const run = promisify(execFile);
let guest: TinyGuest;
let daemon: PrivateLibvirtd;

beforeAll(async () => {
  guest = await tinyGuest();
  daemon = await startPrivateLibvirtd({ network: true });
  await writeFile(
    `${daemon.dir}/net.xml`,
    `<network><name>default</name><forward mode='nat'/><bridge name='virbr0' stp='off'/>
     <ip address='192.168.122.1' netmask='255.255.255.0'><dhcp><range start='192.168.122.2' end='192.168.122.9'/></dhcp></ip></network>`,
  );
  await daemon.virsh('net-define', `${daemon.dir}/net.xml`);
  await daemon.virsh('net-start', 'default');
});

afterAll(async () => {
  await daemon?.stop();
});

async function boot(options: Omit<TinyDomainOptions, 'serialLog'>): Promise<SerialLine> {
  const serialLog = `/var/log/libvirt/${options.name}.log`;
  await writeFile(`${daemon.dir}/${options.name}.xml`, tinyDomainXml(guest, { ...options, serialLog }));
  await daemon.virsh('define', `${daemon.dir}/${options.name}.xml`);
  await daemon.virsh('start', options.name);
  return serialLine(daemon, options.name, `${daemon.dir}/log/${options.name}.log`);
}

async function powerOff(name: string): Promise<void> {
  await daemon.virsh('shutdown', name);
  for (const deadline = Date.now() + 15_000; !(await daemon.virsh('domstate', name)).includes('shut off');) {
    expect(Date.now(), `${name} obeys the power button`).toBeLessThan(deadline);
    await sleep(100);
  }
}

async function statistics(name: string): Promise<Record<string, number>> {
  const lines = (await daemon.virsh('domstats', '--raw', name)).split('\n').map((line) => line.trim().split('='));
  return Object.fromEntries(lines.map(([key = '', value]) => [key, Number(value)]));
}

test('booted by its kernel, it gets an address, works on demand and obeys the power button', async () => {
  const disk = `${daemon.dir}/lib/images/tiny.qcow2`;
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '64M']);
  const line = await boot({ name: 'tiny', disk, network: 'default' });
  await line.until(/tiny login: /, 60_000);
  const before = await statistics('tiny');
  line.type('root');
  await line.until(/# /, 10_000);
  line.type('activity 3');
  await line.until(/activity done/, 60_000);
  const after = await statistics('tiny');
  for (const key of ['cpu.time', 'block.0.wr.bytes', 'block.0.rd.bytes', 'net.0.tx.bytes', 'net.0.rx.bytes']) {
    expect(after[key], key).toBeGreaterThan((before[key] ?? 0) + 1000);
  }
  expect(await daemon.virsh('net-dhcp-leases', 'default')).toMatch(/192\.168\.122\.\d+\/24\s+tiny/);
  line.close();
  await powerOff('tiny');
});

test('its ISO is a Debian installer to osinfo-db and boots to the login on both consoles', async () => {
  expect((await run('xorriso', ['-indev', guest.iso, '-pvd_info'])).stdout).toContain('Debian 11.5.0 amd64 n');
  const line = await boot({ name: 'from-iso', bootIso: true });
  await line.until(/Tiny test guest/, 60_000);
  await line.until(/tiny login: /, 90_000);
  line.type('root');
  await line.until(/# /, 10_000);
  // vcs1 is the text on the picture's first console.
  line.type("tr -s ' ' </dev/vcs1; printf '\\nseen\\n'");
  expect(await line.until(/\nseen/, 10_000)).toMatch(/vcs1.*tiny login: /s);
  line.close();
  await powerOff('from-iso');
});
