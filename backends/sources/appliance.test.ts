import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { readOsinfoDb } from '../osinfo-db.ts';
import { inspectAppliance, unpackAppliance } from './appliance.ts';
import { parseOvf } from './ovf.ts';

// Other programs and a whole disk take part: on a busy machine that takes long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const MiB = 1024 * 1024;
const progress = { report: () => undefined, signal: new AbortController().signal };
let root: string;
let folder: string;
let count = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'appliance-'));
});
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => {
  folder = join(root, String((count += 1)));
  mkdirSync(folder);
});

/** As VMware and VirtualBox write them, shortened. */
const ovf = (more: { file?: string; references?: string; system?: string } = {}) => `<?xml version="1.0"?>
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" xmlns:rasd="r" xmlns:vmw="v">
  <References>${more.references ?? `<File ovf:href="${more.file ?? 'web-disk1.vmdk'}" ovf:id="file1" ovf:size="1"/>`}</References>
  <DiskSection><Disk ovf:capacity="4" ovf:capacityAllocationUnits="byte * 2^20" ovf:diskId="vmdisk1" ovf:fileRef="file1" ovf:format="x"/></DiskSection>
  ${
    more.system ??
    `<VirtualSystem ovf:id="web"><Name>Web server\u202e</Name>
    <OperatingSystemSection ovf:id="96"><Description>Debian GNU/Linux 12 (64-bit)</Description></OperatingSystemSection>
    <VirtualHardwareSection>
      <Item><rasd:AllocationUnits>hertz * 10^6</rasd:AllocationUnits><rasd:ResourceType>3</rasd:ResourceType><rasd:VirtualQuantity>2</rasd:VirtualQuantity></Item>
      <Item><rasd:AllocationUnits>byte * 2^20</rasd:AllocationUnits><rasd:ResourceType>4</rasd:ResourceType><rasd:VirtualQuantity>2048</rasd:VirtualQuantity></Item>
      <Item><rasd:HostResource>ovf:/disk/vmdisk1</rasd:HostResource><rasd:ResourceType>17</rasd:ResourceType></Item>
      <Item><rasd:Connection>VM Network</rasd:Connection><rasd:ResourceType>10</rasd:ResourceType></Item>
      <vmw:Config ovf:required="false" vmw:key="firmware" vmw:value="efi"/>
    </VirtualHardwareSection></VirtualSystem>`
  }
</Envelope>`;

const at = (name: string) => join(folder, name);
function writeDisk(name: string): Buffer {
  const disk = Buffer.alloc(4 * MiB);
  disk.write('the disk of a guest', 3 * MiB);
  writeFileSync(at('disk.raw'), disk);
  execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'vmdk', '-o', 'subformat=streamOptimized', at('disk.raw'), at(name)]);
  return readFileSync(at(name));
}
function pack(...names: string[]) {
  execFileSync('tar', ['-C', folder, '--format=ustar', '-cf', at('web.ova'), ...names]);
  return { path: at('web.ova') };
}
const sum = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
const inspect = async (path: string) => inspectAppliance({ path }, await readOsinfoDb([]));

test('an appliance is told without unpacking it, and unpacked to what is in it', async () => {
  const disk = writeDisk('web-disk1.vmdk');
  writeFileSync(at('web.ovf'), ovf());
  writeFileSync(at('web.mf'), `SHA256(web.ovf)= ${sum(ovf())}\nSHA256(web-disk1.vmdk)= ${sum(disk)}\n`);
  const ova = pack('web.ovf', 'web.mf', 'web-disk1.vmdk');
  expect(await inspect(ova.path)).toEqual({
    name: 'Web server',
    system: 'Debian GNU/Linux 12 (64-bit)',
    os: null,
    vcpus: 2,
    memory: 2048 * MiB,
    firmware: 'uefi',
    tpm: false,
    disks: [{ id: 'vmdisk1', file: 'web-disk1.vmdk', size: disk.length, capacity: 4 * MiB, format: 'vmdk' }],
    networkCards: [{ network: 'VM Network' }],
    manifest: true,
  });

  const steps = new Set<string>();
  const [made] = await unpackAppliance(ova, folder, { ...progress, report: (step) => steps.add(step) });
  expect(made?.capacity).toBe(4 * MiB);
  execFileSync('qemu-img', ['convert', '-f', 'qcow2', '-O', 'raw', at('disk-1.qcow2'), at('back.raw')]);
  expect(readFileSync(at('back.raw')).equals(readFileSync(at('disk.raw')))).toBe(true);
  expect([...steps]).toEqual(['Checking disk 1 of 1', 'Converting disk 1 of 1']);
});

test('a disk that is not the one of the manifest is refused', async () => {
  writeDisk('web-disk1.vmdk');
  writeFileSync(at('web.ovf'), ovf());
  writeFileSync(at('web.mf'), `SHA256(web-disk1.vmdk)= ${'0'.repeat(64)}\n`);
  const ova = pack('web.ovf', 'web.mf', 'web-disk1.vmdk');
  await expect(unpackAppliance(ova, folder, progress)).rejects.toMatchObject({ code: 'bad-file' });
});

test('an .ovf has its disks beside it, and nowhere else', async () => {
  writeDisk('web-disk1.vmdk');
  writeFileSync(at('web.ovf'), ovf());
  expect(await inspect(at('web.ovf'))).toMatchObject({ disks: [{ format: 'vmdk' }], manifest: false });

  writeFileSync(join(root, 'secret.raw'), 'x'.repeat(MiB));
  for (const file of ['../secret.raw', '/etc/passwd', 'file:///etc/passwd']) {
    writeFileSync(at('web.ovf'), ovf({ file }));
    await expect(inspect(at('web.ovf')), file).rejects.toMatchObject({ code: 'bad-file' });
  }
  symlinkSync('../secret.raw', at('link.raw'));
  writeFileSync(at('web.ovf'), ovf({ file: 'link.raw' }));
  await expect(inspect(at('web.ovf'))).rejects.toMatchObject({ code: 'bad-file' });
});

test('what is missing, compressed, or no appliance is told', async () => {
  writeFileSync(at('web.ovf'), ovf());
  await expect(inspect(pack('web.ovf').path)).rejects.toMatchObject({ message: expect.stringContaining('missing') });
  writeFileSync(at('web.ovf'), ovf({ references: '<File ovf:href="a" ovf:id="file1" ovf:compression="gzip"/>' }));
  await expect(inspect(pack('web.ovf').path)).rejects.toMatchObject({ reason: expect.stringContaining('gzip') });
  await expect(inspect(pack('web.ova').path)).rejects.toMatchObject({ code: 'bad-file' });
  writeFileSync(at('noise.ova'), Buffer.alloc(2000, 7));
  await expect(inspect(at('noise.ova'))).rejects.toMatchObject({ code: 'bad-file' });
});

test('descriptions of several guests, of none, and made to harm are refused', () => {
  const guest = '<VirtualSystem ovf:id="a"/>';
  expect(() => parseOvf(ovf({ system: guest + guest }))).toThrow(/several guests/);
  expect(() => parseOvf(ovf({ system: '' }))).toThrow(/no guest/);
  expect(() => parseOvf('<!DOCTYPE x [<!ENTITY e "e">]><Envelope>&e;</Envelope>')).toThrow(expect.objectContaining({ reason: 'DOCTYPE' }));
  expect(() => parseOvf(`<Envelope>${'<a>'.repeat(70)}${'</a>'.repeat(70)}</Envelope>`)).toThrow(/cannot be read/);
});
