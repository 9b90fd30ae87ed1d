import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { GuestRequest } from '../../backends/backend.ts';
import { readHostMachine } from '../../backends/libvirt/creation/machine-facts.ts';
import { virtInstallCommand } from '../../backends/libvirt/creation/virt-install-command.ts';
import { parseXml, serialize } from '../../backends/libvirt/xml/document.ts';
import { newDomain } from '../../backends/libvirt/xml/new-domain.ts';
import type { GuestSpec } from '../../backends/model/guest-spec.ts';
import { GiB } from '../../backends/model/quantity.ts';
import { chosenToken, guestRequest, newDisk, onNetwork, plainSpec } from '../bed/guest-request.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { essenceOf } from './essence.ts';
import { makeIso, makePool, openParts, type Parts } from './storage-bed.ts';

// The command that a preview shows makes what the preview shows: virt-install itself is asked what it would make of it.
const run = promisify(execFile);
let daemon: PrivateLibvirtd;
let parts: Parts;
let iso: string;
let image: string;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  await makePool(daemon, 'disks');
  await daemon.virsh('net-define', '/usr/share/libvirt/networks/default.xml');
  await daemon.virsh('vol-create-as', 'disks', 'there.qcow2', '1G', '--format', 'qcow2');
  iso = await makeIso(join(daemon.dir, 'nothing.iso'));
  image = join(daemon.dir, 'image.qcow2');
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', image, '1G']);
  await writeFile(join(daemon.dir, 'seed.iso'), Buffer.alloc(65_536));
  parts = await openParts(daemon.uri);
});
afterAll(async () => {
  parts.host.close();
  await daemon.stop();
});

// Although it only prints, it makes the disks.
afterEach(async () => {
  for (const name of await readdir(join(daemon.dir, 'disks'))) if (name !== 'there.qcow2') await rm(join(daemon.dir, 'disks', name));
  await daemon.virsh('pool-refresh', 'disks');
});

const fromFile = { kind: 'file', token: chosenToken } as const;
const there = { kind: 'volume', volume: { pool: 'disks', name: 'there.qcow2' } } as const;
const cloudInit = { hostname: null, user: null, packages: [], own: null };
const spec = (more: Partial<GuestSpec>) => plainSpec('x', { vcpus: 2, memory: 1 * GiB, nics: [onNetwork('default')], ...more });
const debian = 'http://debian.org/debian/11';

/** Runs the whole line, up to what virt-install prints instead of making it. Files are named in it as they are called here. */
async function printed(command: string): Promise<string> {
  const { stdout } = await run('sh', ['-c', `${command} --print-xml 1`], { cwd: daemon.dir });
  return stdout.slice(stdout.lastIndexOf('<domain'));
}

const cases: Readonly<Record<string, () => GuestRequest>> = {
  'a medium and a new disk': () => guestRequest(spec({ os: debian, disks: [newDisk('disks', 10 * GiB)] }), iso),
  'an unknown system, with two disks and two cards': () =>
    guestRequest(spec({ disks: [newDisk('disks', GiB), newDisk('disks', 2 * GiB)], nics: [onNetwork('default'), { kind: 'user' }] }), iso),
  'UEFI with SPICE': () => guestRequest(spec({ os: debian, firmware: 'uefi', graphics: 'spice', disks: [newDisk('disks', GiB)] }), iso),
  'secure boot and a TPM': () =>
    guestRequest(spec({ os: debian, firmware: 'uefi-secure-boot', tpm: true, disks: [newDisk('disks', GiB)] }), iso),
  'no display at all': () => guestRequest(spec({ os: debian, graphics: 'none', disks: [newDisk('disks', GiB)] }), iso),
  'a disk that is there': () => guestRequest(spec({ os: debian, source: { kind: 'disk', from: there, into: null, size: null } }), ''),
  'a copy of a disk that is there': () =>
    guestRequest(spec({ os: debian, source: { kind: 'disk', from: there, into: 'disks', size: 2 * GiB } }), ''),
  'a cloud image with its seed': () =>
    guestRequest(spec({ os: debian, source: { kind: 'cloud-image', from: fromFile, into: 'disks', size: 2 * GiB, cloudInit } }), image, {
      image: { file: { path: image }, format: 'qcow2' },
      seed: { path: join(daemon.dir, 'seed.iso') },
    }),
  'the network to boot from': () => guestRequest(spec({ os: debian, source: { kind: 'pxe' }, disks: [newDisk('disks', GiB)] }), ''),
  'nothing yet': () => guestRequest(spec({ os: debian, source: { kind: 'empty' }, disks: [newDisk('disks', GiB)], nics: [] }), ''),
};

test.each(Object.keys(cases))('%s', async (name) => {
  const request = cases[name]?.();
  if (request === undefined) throw new Error('no such case');
  const { definition, command } = await parts.creation.preview(request);
  expect(command).not.toBeNull();
  const theirs = essenceOf(parseXml(await printed(command ?? '')));
  const ours = essenceOf(parseXml(definition));
  expect(ours).toEqual(theirs);
});

test.each(['iso', 'disk'] as const)('what is in a drive of the host: %s', async (kind) => {
  const path = await anyBlockDevice();
  if (path === null) return;
  const from = { kind: 'drive', drive: 'any' } as const;
  const source: GuestSpec['source'] =
    kind === 'iso' ? { kind, from, into: null, unattended: null } : { kind, from, into: null, size: null };
  const wanted = spec({ os: debian, source, firmware: 'bios' });
  const { facts: machine } = await readHostMachine(parts.host, null);
  const disk = { device: kind === 'iso' ? 'cdrom' : 'disk', place: { kind: 'block', path }, format: 'raw', boots: true } as const;
  const plan = { volumes: [], disks: [disk], kernel: null, root: null, tree: null };
  const drives = { virtioDisk: true, virtioNet: true, virtioVideo: true };
  const ours = newDomain({ uuid: randomUUID(), spec: wanted, plan, machine, drives, windows: false });
  const command = virtInstallCommand(parts.host, wanted, plan, machine);
  expect(essenceOf(parseXml(serialize(ours)))).toEqual(essenceOf(parseXml(await printed(command ?? ''))));
  // Of another host virt-install takes nothing that is in no pool.
  expect(virtInstallCommand({ address: 'qemu+ssh://elsewhere/system', local: false }, wanted, plan, machine)).toBeNull();
});

async function anyBlockDevice(): Promise<string | null> {
  for (const name of await readdir('/dev')) {
    const path = join('/dev', name);
    if ((await stat(path)).isBlockDevice()) return path;
  }
  return null;
}
