import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { BackendError } from '../../backends/errors.ts';
import { parseXml, path, textAt } from '../../backends/libvirt/xml/document.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { guestRequest, newDisk, plainSpec } from '../bed/guest-request.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { notedOperation } from '../bed/quiet-operation.ts';
import { type Fault, type FaultMode, type FaultProxy, isMutation, startFaultProxy } from './fault-proxy.ts';
import { clearHost, inventory, makePool, openParts } from './storage-bed.ts';

// The road with the most changes: images are copied to the host, a guest is started with them, defined anew without, and they are removed.
let daemon: PrivateLibvirtd;
let proxy: FaultProxy;
let disks: string;
let files: { readonly kernel: string; readonly initrd: string };
let plain: readonly string[];

const everything = () => inventory(daemon, { disks });

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  disks = await makePool(daemon, 'disks');
  proxy = await startFaultProxy(daemon.socket, join(daemon.dir, 'proxy'));
  files = { kernel: join(daemon.dir, 'kernel'), initrd: join(daemon.dir, 'initrd') };
  for (const file of Object.values(files)) await writeFile(file, emptyKernel());
  expect((await attempt()).failed).toBeNull();
  plain = [...proxy.calls];
});
afterEach(() => clearHost(daemon, { disks }));
afterAll(async () => {
  await proxy.close();
  await daemon.stop();
});

/** As much of a Linux kernel as QEMU looks at before it starts (Linux: Documentation/arch/x86/boot.rst); nobody waits for what comes of it. */
function emptyKernel(): Buffer {
  const image = Buffer.alloc(256 * 1024);
  image.writeUInt8(4, 0x1f1);
  image.writeUInt16LE(0xaa55, 0x1fe);
  image.write('HdrS', 0x202);
  image.writeUInt16LE(0x0203, 0x206);
  image.writeUInt8(1, 0x211);
  image.writeUInt32LE(0x37ff_ffff, 0x22c);
  return image;
}

interface Outcome {
  readonly id: string | null;
  readonly failed: BackendError | null;
  readonly notes: ReturnType<typeof notedOperation>['notes'];
}

async function attempt(fault?: Fault): Promise<Outcome> {
  const { host, creation } = await openParts(proxy.uri, 3000);
  proxy.arm(fault);
  const { operation, notes } = notedOperation();
  const source = { kind: 'tree', url: 'https://example.org/', arguments: 'quiet', into: 'disks', unattended: null } as const;
  const kernel = { kernel: { path: files.kernel }, initrd: { path: files.initrd }, arguments: '' };
  const request = guestRequest(plainSpec('new', { source, disks: [newDisk('disks', 8 * MiB)] }), '', { kernel });
  try {
    return { id: await creation.create(request, operation), failed: null, notes };
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    return { id: null, failed: error, notes };
  } finally {
    host.close();
  }
}

test('its changes come in order', () => {
  expect(plain.filter((call) => isMutation(call) && call !== 'storagePoolRefresh')).toEqual([
    'storageVolCreateXml',
    'storageVolCreateXml',
    'storageVolUpload',
    'storageVolCreateXml',
    'storageVolUpload',
    'domainDefineXmlFlags',
    'domainCreateWithFlags',
    'domainDefineXmlFlags',
    'storageVolDelete',
    'storageVolDelete',
  ]);
});

// The other modes are tried on the road with the fewest changes.
const modes: FaultMode[] = ['error reply', 'reply lost'];

test.each(modes)('%s at each change: the guest is wholly there or not at all', { timeout: 600_000 }, async (mode) => {
  const count = plain.filter(isMutation).length;
  for (let at = 1; at <= count; at += 1) {
    const before = await everything();
    const { id, failed, notes } = await attempt({ mode, at, among: 'mutations' });
    const story = `call ${at}, ${proxy.spoilt}: ${failed?.code} ${failed?.message}`;
    expect(proxy.spoilt, story).not.toBeNull();
    if (id === null) {
      expect(await everything(), story).toEqual(before);
      expect(failed?.message, story).not.toContain('Left behind');
      expect(
        notes.filter(({ state }) => state !== 'gone'),
        story,
      ).toEqual([]);
    } else {
      const domain = parseXml(await daemon.virsh('dumpxml', id, '--inactive'));
      expect([path(domain, 'os', 'kernel'), textAt(domain, 'on_reboot')], story).toEqual([null, 'restart']);
      expect((await daemon.virsh('domstate', id)).trim(), story).toBe('running');
      expect((await everything())['files of disks'], story).toEqual(['new.qcow2']);
      expect(notes.map(({ product, state }) => `${product.kind} ${state}`).sort(), story).toEqual([
        'guest made',
        'volume gone',
        'volume gone',
        'volume made',
      ]);
      await clearHost(daemon, { disks });
    }
  }
});
