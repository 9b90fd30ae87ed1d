import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Definitions, GuestDeletion, Hardware } from '../../backends/backend.ts';
import type { GuestId } from '../../backends/model/guest.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { openStorageBed, type StorageBed } from './storage-bed.ts';
import { tinyDomain } from './tiny-domain.ts';

const run = promisify(execFile);
const patience = { timeout: 60_000, interval: 300 };

let bed: StorageBed;
let definitions: Definitions;
let deletion: GuestDeletion;
let hardware: Hardware;
let images: string;
let disk: string;
let number = 0;

beforeAll(async () => {
  bed = await openStorageBed();
  const { connection } = bed;
  if (connection.definitions === null || connection.deletion === null || connection.hardware === null)
    throw new Error('QEMU has them all.');
  definitions = connection.definitions;
  deletion = connection.deletion;
  hardware = connection.hardware;
  images = await bed.folder('images');
});
afterAll(() => bed.close());
afterEach(() => bed.tidy('images'));

/** virsh ends it with a line of its own. */
const dump = async (name: string) => (await bed.daemon.virsh('dumpxml', '--inactive', name)).replace(/\n$/, '');
const guests = async () => (await bed.connection.listGuests()).map(({ name }) => name).sort();

/** A guest that boots, with a disk in a pool and a screen with a password. */
async function guest(): Promise<{ readonly id: GuestId; readonly name: string }> {
  number += 1;
  const name = `gone-${number}`;
  disk = join(images, `${name}.qcow2`);
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '8M']);
  await bed.daemon.virsh('pool-refresh', 'images');
  return { ...(await tinyDomain(bed.daemon, name, { disk })), name };
}

/** Deleted with its disk kept; resolves to the text that it had. */
async function deleted(id: GuestId): Promise<string> {
  const { text } = await definitions.read(id);
  await deletion.plan(id);
  await deletion.delete(id, [], quietOperation());
  return text;
}

test('a guest that was deleted without its disk is the same to the byte, and starts', async () => {
  const { id, name } = await guest();
  const before = await dump(name);
  const text = await deleted(id);
  expect(await guests()).toEqual([]);
  const [outlook] = await definitions.outlooks([text]);
  expect(outlook).toEqual({ disks: [{ target: 'vda', path: disk, found: 'there' }], lost: ['the password of its screen, if it had one'] });
  const { text: now } = await definitions.defineAgain(id, text, name);
  expect(now).toBe(text);
  expect(await dump(name)).toBe(before);
  expect(before).toBe(text);
  expect(await bed.connection.listGuests()).toMatchObject([{ id, name, state: 'shut-off', persistent: true, autostart: false }]);
  await bed.connection.act(id, 'start');
  await vi.waitFor(async () => expect(await bed.connection.listGuests()).toMatchObject([{ id, state: 'running' }]), patience);
});

test('what is named of the host is told: its kernel, and a disk that another guest has by now, but neither its emulator nor its own disk', async () => {
  const { id } = await guest();
  const text = await deleted(id);
  const kernels = [/<kernel>(.*)<\/kernel>/, /<initrd>(.*)<\/initrd>/].map((one) => one.exec(text)?.[1]);
  expect(await hardware.grantsAnew(id, text)).toEqual(kernels);
  await bed.guest('heir', [disk]);
  expect(await hardware.grantsAnew(id, text)).toEqual([...kernels, `${disk}, which “heir” has`]);
});

test('nobody who is there is written over: neither by the name nor by the uuid', async () => {
  const { id, name } = await guest();
  const text = await deleted(id);
  const other = await bed.guest(name, []);
  const theirs = await dump(name);
  const taken = { code: 'exists', message: `Another guest is called “${name}” by now. Nothing was done.`, remedy: 'Give it another name.' };
  await expect(definitions.defineAgain(id, text, name)).rejects.toMatchObject(taken);
  expect(await dump(name)).toBe(theirs);
  await definitions.defineAgain(id, text, `${name}-2`);
  expect(await dump(`${name}-2`)).toBe(text.replace(`<name>${name}</name>`, `<name>${name}-2</name>`));
  expect(await guests()).toEqual([name, `${name}-2`]);
  const again = { code: 'exists', message: `The guest is there again, as “${name}-2”. Nothing was done.` };
  await expect(definitions.defineAgain(id, text, `${name}-3`)).rejects.toMatchObject(again);
  await expect(definitions.defineAgain(other, text, `${name}-3`)).rejects.toMatchObject({ code: 'invalid-definition' });
  expect(await guests()).toEqual([name, `${name}-2`]);
});

test('a disk that is gone is known, whether the pool has noticed or not, and the guest is defined all the same', async () => {
  const { id, name } = await guest();
  const outside = join(bed.daemon.dir, 'outside.qcow2');
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', outside, '8M']);
  const more = [
    `<disk type="file" device="disk"><source file="${outside}"/><target dev="vdb" bus="virtio"/></disk>`,
    '<disk type="volume" device="disk"><source pool="nowhere" volume="lost"/><target dev="vdc" bus="virtio"/></disk>',
    `<filesystem type="mount"><source dir="${images}"/><target dir="shared"/></filesystem>`,
    '<disk type="network" device="disk"><source protocol="nbd" name="far"><host name="nbd.example"/></source><target dev="vdd" bus="virtio"/></disk>',
  ];
  const file = join(bed.daemon.dir, `${name}.xml`);
  await writeFile(file, (await dump(name)).replace('</devices>', `${more.join('')}</devices>`));
  await bed.daemon.virsh('define', file);
  const text = await deleted(id);
  const found = async () => (await definitions.outlooks([text]))[0]?.disks.map((one) => `${one.target} ${one.found}`);
  expect(await found()).toEqual(['vda there', 'vdb there', 'vdc unknown', 'vdd unknown', 'shared there']);
  await rm(disk);
  await rm(outside);
  expect(await found()).toEqual(['vda gone', 'vdb gone', 'vdc unknown', 'vdd unknown', 'shared there']);
  await definitions.defineAgain(id, text, name);
  expect(await dump(name)).toBe(text);
  await expect(bed.connection.act(id, 'start')).rejects.toThrow();
});

test('UEFI variables and a TPM’s secrets that went with it are told, and under another name it takes nobody else’s', async () => {
  const { id, name } = await guest();
  const file = join(bed.daemon.dir, `${name}.xml`);
  const vars = join(bed.daemon.dir, `${name}_VARS.fd`);
  const firmware = `<loader readonly="yes" type="pflash">/usr/share/OVMF/OVMF_CODE_4M.fd</loader><nvram template="/usr/share/OVMF/OVMF_VARS_4M.fd">${vars}</nvram>`;
  const tpm = '<tpm model="tpm-crb"><backend type="emulator" version="2.0"/></tpm>';
  const plain = (await dump(name)).replace(/<kernel>[^]*<\/cmdline>/, firmware).replace('</devices>', `${tpm}</devices>`);
  await writeFile(file, plain);
  await bed.daemon.virsh('define', file);
  const text = await deleted(id);
  expect((await definitions.outlooks([text]))[0]?.lost).toEqual([
    'its UEFI variables',
    'the secrets in its TPM',
    'the password of its screen, if it had one',
  ]);
  await definitions.defineAgain(id, text, name);
  expect(await dump(name)).toBe(text);
  await bed.daemon.virsh('undefine', '--nvram', name);
  await definitions.defineAgain(id, text, 'renamed');
  const now = await dump('renamed');
  expect(now).not.toContain(vars);
  expect(now).toContain('template=');
  await bed.daemon.virsh('undefine', '--nvram', 'renamed');
});
