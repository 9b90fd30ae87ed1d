import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { HostConnection } from '../../backends/backend.ts';
import { HostDevice, type HostDeviceKind } from '../../backends/model/host-device.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo } from '../bed/unattended-connect.ts';

let daemon: PrivateLibvirtd;
let connection: HostConnection;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  connection = await connectTo(daemon.uri);
});
afterAll(async () => {
  await connection.close();
  await daemon.stop();
});

const read = async () => z.array(HostDevice).parse(await connection.inventory?.hardware());
const idsOf = (devices: readonly HostDevice[], kind: HostDeviceKind) =>
  devices.flatMap((device) => (device.kind === kind ? [device.id] : [])).sort();

test('what the daemon lists of each kind is what is read, nothing lost', async () => {
  const devices = await read();
  for (const [kind, capability] of [
    ['pci', 'pci'],
    ['network', 'net'],
    ['storage', 'storage'],
    ['scsi', 'scsi'],
    ['mediated', 'mdev'],
  ] as const) {
    const listed = (await daemon.virsh('nodedev-list', '--cap', capability)).split('\n').map((line) => line.trim());
    expect(idsOf(devices, kind), kind).toEqual(listed.filter((line) => line !== '').sort());
  }
  expect(idsOf(devices, 'network')).not.toEqual([]);
});

test('whose definition names a network card is told, and that the guest is off', async () => {
  const card = (await read()).find((device) => device.kind === 'network');
  if (card?.kind !== 'network') throw new Error('this machine has no network card at all');
  const id = randomUUID();
  const file = join(daemon.dir, 'claims.xml');
  await writeFile(
    file,
    `<domain type='qemu'><name>claims</name><uuid>${id}</uuid><memory>16384</memory><os><type>hvm</type></os>
    <devices><interface type='direct'><source dev='${card.interface}' mode='bridge'/></interface></devices></domain>`,
  );
  await daemon.virsh('define', file);
  expect((await read()).find((device) => device.id === card.id)?.users).toEqual([{ id, name: 'claims', running: false }]);
  await daemon.virsh('undefine', 'claims');
  expect((await read()).find((device) => device.id === card.id)?.users).toEqual([]);
});
