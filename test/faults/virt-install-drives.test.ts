import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readHostMachine } from '../../backends/libvirt/creation/machine-facts.ts';
import { virtInstallCommand } from '../../backends/libvirt/creation/virt-install-command.ts';
import { serialize } from '../../backends/libvirt/xml/document.ts';
import { newDomain } from '../../backends/libvirt/xml/new-domain.ts';
import type { GuestSpec } from '../../backends/model/guest-spec.ts';
import { onNetwork, plainSpec } from '../bed/guest-request.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { keptByLibvirt, linesOf } from './domain-lines.ts';
import { openParts, type Parts } from './storage-bed.ts';
import { whyDifferent } from './virt-install-differences.ts';

// What is in a drive of the host, held against virt-install. The private daemon lists no drives, so the plan is made here.

const run = promisify(execFile);
const device = await anyBlockDevice();
if (device === null) console.warn('Skipped: drives of the host against virt-install: this computer has no block device');
let daemon: PrivateLibvirtd;
let parts: Parts;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  await daemon.virsh('net-define', '/usr/share/libvirt/networks/default.xml');
  parts = await openParts(daemon.uri);
});
afterAll(async () => {
  parts.host.close();
  await daemon.stop();
});

async function anyBlockDevice(): Promise<string | null> {
  for (const name of await readdir('/dev')) {
    const path = join('/dev', name);
    if ((await stat(path)).isBlockDevice()) return path;
  }
  return null;
}

test.skipIf(device === null).each(['iso', 'disk'] as const)('what is in a drive of the host: %s', async (kind) => {
  const from = { kind: 'drive', drive: 'any' } as const;
  const source: GuestSpec['source'] =
    kind === 'iso' ? { kind, from, into: null, unattended: null } : { kind, from, into: null, size: null };
  const spec = plainSpec('x', { os: 'http://debian.org/debian/11', nics: [onNetwork('default')], source, firmware: 'bios' });
  const { facts: machine } = await readHostMachine(parts.host, null);
  const place = { kind: 'block', path: device ?? '' } as const;
  const disk = { device: kind === 'iso' ? 'cdrom' : 'disk', place, format: 'raw', boots: true } as const;
  const plan = { volumes: [], disks: [disk], kernel: null, root: null, tree: null };
  const wanted = { spec, plan, machine, drives: { virtioDisk: true, virtioNet: true, virtioVideo: true }, windows: false };
  const command = virtInstallCommand(parts.host, wanted) ?? '';
  const { stdout } = await run('sh', ['-c', `${command} --print-xml 1`], { cwd: daemon.dir, env: { ...process.env, HOME: daemon.dir } });
  const kept = async (definition: string) => linesOf(await keptByLibvirt(daemon, parts.host.address, definition));
  const ours = await kept(serialize(newDomain({ ...wanted, uuid: randomUUID() })));
  const theirs = await kept(stdout.slice(stdout.lastIndexOf('<domain')));
  const differences = [
    ...ours.filter((line) => !theirs.includes(line)).map((line) => `ours: ${line}`),
    ...theirs.filter((line) => !ours.includes(line)).map((line) => `theirs: ${line}`),
  ];
  expect(differences.filter((line) => whyDifferent(line) === null)).toEqual([]);
  // Of another host virt-install takes nothing that is in no pool.
  expect(virtInstallCommand({ address: 'qemu+ssh://elsewhere/system', local: false }, wanted)).toBeNull();
});
