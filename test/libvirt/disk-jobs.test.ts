import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import type { GuestId } from '../../backends/model/guest.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { tinyDomain } from './tiny-domain.ts';

const run = promisify(execFile);

let daemon: PrivateLibvirtd;
let connection: HostConnection;
let id: GuestId;
const file = (name: string) => join(daemon.dir, 'lib/images', name);
const jobs = async () => (await connection.describeGuest(id)).jobs;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  await run('qemu-img', ['create', '-f', 'qcow2', file('base.qcow2'), '64M']);
  // Something that takes its time at 1 MiB a second.
  await run('qemu-io', ['-c', 'write -P 7 0 32M', file('base.qcow2')]);
  await run('qemu-img', ['create', '-f', 'qcow2', '-b', file('base.qcow2'), '-F', 'qcow2', file('disk.qcow2')]);
  ({ id } = await tinyDomain(daemon, 'tiny', { disk: file('disk.qcow2') }));
  await daemon.virsh('start', 'tiny');
  connection = await connectTo(daemon.uri);
});
afterAll(async () => {
  await connection.close();
  await daemon.stop();
});

test('a disk that nothing is done with has no job', async () => {
  expect(await jobs()).toEqual([]);
});

test('a copy of a disk shows, with how far it is, until it is ended', async () => {
  await daemon.virsh('blockcopy', 'tiny', 'vda', file('copy.qcow2'), '--format', 'qcow2', '--transient-job', '--bandwidth', '1');
  const running = [{ kind: 'disk', disk: 'vda', progress: expect.any(Number) }];
  expect(await jobs()).toEqual(running);
  const [before] = await jobs();
  await expect.poll(async () => (await jobs())[0]?.progress, { timeout: 10_000 }).toBeGreaterThan(before?.progress ?? 1);
  await daemon.virsh('blockjob', 'tiny', 'vda', '--abort');
  await expect.poll(jobs, { timeout: 15_000 }).toEqual([]);
});

test('a disk that is pulled out of what it is an overlay of shows too', async () => {
  await daemon.virsh('blockpull', 'tiny', 'vda', '--bandwidth', '1');
  expect(await jobs()).toMatchObject([{ kind: 'disk', disk: 'vda' }]);
  await daemon.virsh('blockjob', 'tiny', 'vda', '--abort');
  await expect.poll(jobs, { timeout: 15_000 }).toEqual([]);
});
