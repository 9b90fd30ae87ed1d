import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Usb } from '../../backends/backend.ts';
import type { OpenHost } from '../../backends/libvirt/host/open-host.ts';
import { openHost } from '../../backends/libvirt/host/open-host.ts';
import { listUsb } from '../../backends/libvirt/usb/usb-list.ts';
import { createUsb } from '../../backends/libvirt/usb/usb.ts';
import { UsbDevice } from '../../backends/model/usb-device.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo, unattended } from '../bed/unattended-connect.ts';
import { hubInterfaceXml, hubXml, rootHubXml, stickXml, webcamXml, withNodeDevices } from '../fakes/usb-node-devices.ts';

// The development machines have no USB: except in the first test, the host's devices are documents, and libvirt, its guests and its answers are real.

let daemon: PrivateLibvirtd;
let host: OpenHost;
let plugged: readonly string[];
let usb: Usb;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  host = await openHost(daemon.uri, unattended(), async () => undefined);
  usb = createUsb(withNodeDevices(host, () => plugged));
});
beforeEach(() => {
  plugged = [rootHubXml, hubXml, hubInterfaceXml, webcamXml(4), stickXml];
});
afterAll(async () => {
  host.close();
  await daemon.stop();
});

async function define(name: string, devices = '<controller type="usb" model="qemu-xhci"/>'): Promise<string> {
  const file = join(daemon.dir, `${name}.xml`);
  await writeFile(
    file,
    `<domain type="qemu"><name>${name}</name><memory unit="MiB">32</memory>
    <os><type arch="x86_64" machine="q35">hvm</type></os><devices><video><model type="vga"/></video>${devices}</devices></domain>`,
  );
  await daemon.virsh('define', file);
  return (await daemon.virsh('domuuid', name)).trim();
}

test('a real host is asked for what is plugged into it, if anything is', async () => {
  const connection = await connectTo(daemon.uri);
  const devices = UsbDevice.array().parse(await connection.usb?.list());
  expect(devices.filter(({ identity }) => identity.vendor === '1d6b')).toEqual([]);
  await connection.close();
});

test('a device is given to a guest that is off for its next start, as virsh shows it, and taken from it', async () => {
  const id = await define('off');
  await expect(usb.attach(id, 'usb_1_4', { running: true })).rejects.toMatchObject({ code: 'invalid-state' });
  expect(await daemon.virsh('dumpxml', '--inactive', 'off')).not.toContain('<hostdev');
  await usb.attach(id, 'usb_1_4');
  const given = await daemon.virsh('dumpxml', '--inactive', 'off');
  expect(given).toMatch(
    /<hostdev mode='subsystem' type='usb' managed='yes'>\s*<source startupPolicy='optional'>\s*<vendor id='0x046d'\/>\s*<product id='0x0825'\/>/,
  );
  expect(given).toMatch(/<address bus='1' device='4'\/>/);
  await usb.detach(id, 'usb_1_4');
  expect(await daemon.virsh('dumpxml', '--inactive', 'off')).not.toContain('<hostdev');
  // What is taken already needs no taking.
  await usb.detach(id, 'usb_1_4');
});

test('what a device left behind when it was pulled out goes when it is given again', async () => {
  const id = await define('again');
  await usb.attach(id, 'usb_1_4');
  plugged = [webcamXml(9)];
  await usb.attach(id, 'usb_1_4');
  const given = await daemon.virsh('dumpxml', '--inactive', 'again');
  expect(given.match(/<hostdev/g)).toHaveLength(1);
  expect(given).toMatch(/<address bus='1' device='9'\/>/);
});

test('what the kernel does not have cannot be plugged into a running guest, and libvirt’s words say why', async () => {
  const id = await define('on');
  await daemon.virsh('start', 'on');
  await expect(usb.attach(id, 'usb_1_4')).rejects.toMatchObject({
    message: 'The host could not give “Logitech, Inc. Webcam C270” to the guest.',
    reason: expect.stringMatching(/usb/i),
    remedy: expect.stringContaining('plug it in again'),
  });
  expect(await daemon.virsh('dumpxml', 'on')).not.toContain('<hostdev');
  await expect(usb.attach(id, 'usb_9_9')).rejects.toMatchObject({ code: 'not-found' });
  await daemon.virsh('destroy', 'on');
});

test('a guest without a USB controller says so, and gets one for its next start', async () => {
  const id = await define('bare', '<controller type="usb" model="none"/>');
  expect(await usb.sockets(id)).toEqual({ kind: 'missing', addable: 'next-start' });
  await expect(usb.attach(id, 'usb_1_4')).rejects.toMatchObject({ code: 'invalid-state' });
  await daemon.virsh('start', 'bare');
  expect(await usb.addSockets(id)).toBe('next-start');
  expect(await usb.sockets(id)).toEqual({ kind: 'next-start' });
  expect(await daemon.virsh('dumpxml', '--inactive', 'bare')).toMatch(/<controller type='usb' index='0' model='qemu-xhci'/);
  await daemon.virsh('destroy', 'bare');
  expect(await usb.sockets(id)).toEqual({ kind: 'present' });
  await usb.attach(id, 'usb_1_4');
  // Asked once more, no second one comes.
  await usb.addSockets(id);
  expect((await daemon.virsh('dumpxml', '--inactive', 'bare')).match(/<controller type='usb'/g)).toHaveLength(1);
});

test('libvirt’s own driver for tests lists devices as we read them', async () => {
  const file = join(daemon.dir, 'node.xml');
  const documents = [rootHubXml, hubXml, hubInterfaceXml, webcamXml(4), stickXml].map((xml) =>
    xml.replaceAll(/<devnode[^]*?<\/devnode>|<driver>[^]*?<\/driver>/g, ''),
  );
  await writeFile(file, `<node>${documents.join('').replaceAll(/<parent>(?!usb_1_1|usb_usb1)[^<]*<\/parent>/g, '')}</node>`);
  const scripted = await openHost(`test://${file}?socket=${daemon.socket}`, unattended(), async () => undefined);
  const devices = await listUsb(scripted);
  expect(devices.map(({ id, vendorName, productName, bus, device }) => [id, vendorName, productName, bus, device])).toEqual([
    ['usb_1_4', 'Logitech, Inc.', 'Webcam C270', 1, 4],
    ['usb_1_5', 'SanDisk Corp.', 'Cruzer Blade', 1, 7],
  ]);
  scripted.close();
});
