import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GuestPlan } from '../../backends/libvirt/creation/guest-plan.ts';
import { bestMachine, machineChoicesOf } from '../../backends/libvirt/creation/machine-choices.ts';
import { machineFactsOf } from '../../backends/libvirt/creation/machine-facts.ts';
import { virtInstallCommand } from '../../backends/libvirt/creation/virt-install-command.ts';
import { child, children, parseXml, attribute, serialize, textAt, type XmlElement } from '../../backends/libvirt/xml/document.ts';
import { newDomain } from '../../backends/libvirt/xml/new-domain.ts';
import { GiB } from '../../backends/model/quantity.ts';
import { onNetwork, plainSpec } from '../bed/guest-request.ts';
import { essenceOf } from './essence.ts';

// No Xen host was met. virt-install can be told that it speaks to one, with capabilities as libxl's driver gives them, and libvirt's test
// driver checks any definition against the schema.
const run = promisify(execFile);
const emulator = '/usr/lib/xen-4.17/bin/qemu-system-i386';
const guest = (abi: string, machine: string, more = '') =>
  `<guest><os_type>${abi}</os_type><arch name='x86_64'><wordsize>64</wordsize><emulator>${emulator}</emulator>${more}` +
  `<machine>${machine}</machine><domain type='xen'/></arch><features><acpi default='on' toggle='yes'/><apic default='on' toggle='no'/></features></guest>`;
const capabilities = `<capabilities><host><cpu><arch>x86_64</arch></cpu></host>${guest('xen', 'xenpv')}
  ${guest('hvm', 'xenfv', '<loader>/usr/lib/xen-4.17/boot/hvmloader</loader>')}${guest('xenpvh', 'xenpvh')}</capabilities>`;
const abilities = parseXml(`<domainCapabilities><path>${emulator}</path><domain>xen</domain><machine>xenfv</machine><arch>x86_64</arch>
  <vcpu max='128'/><os supported='yes'><enum name='firmware'><value>efi</value></enum>
  <loader supported='yes'><value>/usr/lib/xen-4.17/boot/hvmloader</value></loader></os>
  <devices><graphics supported='yes'><enum name='type'><value>sdl</value><value>vnc</value></enum></graphics>
  <video supported='yes'><enum name='modelType'><value>vga</value><value>xen</value></enum></video></devices></domainCapabilities>`);

let dir: string;
let address: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'guesthouse-xen-'));
  await writeFile(join(dir, 'capabilities.xml'), capabilities);
  await writeFile(join(dir, 'a.img'), Buffer.alloc(65_536));
  await writeFile(join(dir, 'a.iso'), Buffer.alloc(65_536));
  address = `__virtinst_test__test:///default,predictable,fakeuri=xen:///,caps=${join(dir, 'capabilities.xml')}`;
});
afterAll(async () => rm(dir, { recursive: true }));

type Abi = 'hvm' | 'xen' | 'xenpvh';
const abis: readonly Abi[] = ['hvm', 'xen', 'xenpvh'];

function request(abi: Abi, os: string | null) {
  const disk = { device: 'disk', place: { kind: 'file', path: join(dir, 'a.img') }, format: 'raw', boots: true } as const;
  const medium = { device: 'cdrom', place: { kind: 'file', path: join(dir, 'a.iso') }, format: 'raw', boots: true } as const;
  const plan: GuestPlan = { volumes: [], disks: abi === 'hvm' ? [disk, medium] : [disk], kernel: null, root: null, tree: null };
  const from = { kind: 'volume', volume: { pool: 'images', name: 'a.img' } } as const;
  const source = { kind: 'disk', from, into: null, size: null } as const;
  const more = { firmware: null, os, vcpus: 2, memory: 2 * GiB, nics: [onNetwork('default')] };
  const spec = plainSpec('x', abi === 'hvm' ? more : { ...more, source });
  return { spec, plan, machine: machineFactsOf(abilities, 'xen', abi) };
}

const drives = { virtioDisk: true, virtioNet: true, virtioVideo: true };

function drawn(abi: Abi, os: string | null): XmlElement {
  const wish = { ...request(abi, os), drives, windows: false, uuid: '00000000-0000-4000-8000-000000000001' };
  return parseXml(serialize(newDomain(wish)));
}

async function theirs(abi: Abi, os: string | null): Promise<XmlElement> {
  const { spec, plan, machine } = request(abi, os);
  const command = virtInstallCommand({ address, local: true }, { spec, plan, machine, drives, windows: false });
  const { stdout } = await run('sh', ['-c', `${command} --print-xml 1`]);
  return parseXml(stdout);
}

test('each kind of Xen’s guests can be chosen where the host has it, a whole machine first', () => {
  const choices = machineChoicesOf(parseXml(capabilities));
  expect(choices.map(({ abi }) => abi)).toEqual(['xen', 'hvm', 'xenpvh']);
  expect(bestMachine(choices, 'x86_64', false)).toMatchObject({ type: 'xen', abi: 'hvm' });
});

test.each(abis)('%s: virt-install makes the same', async (abi) => {
  const os = 'http://debian.org/debian/11';
  const made = drawn(abi, os);
  const expected = await theirs(abi, os);
  // It gives its whole machines a card that is slower than what Xen's own drivers have, PVH guests an input device of USB, which no part of
  // them has, and names neither a clock in UTC, which is Xen's own, nor the machine of which there is but one.
  const differs = (line: string) => /^(interface|input|clock|os) /.test(line);
  const kept = (domain: XmlElement) => essenceOf(domain).filter((line) => !differs(line));
  // Its drive hda is the other face of the disk xvda, of which QEMU would be told twice.
  const mended = (line: string) => line.replace(/^disk cdrom (.*) hda /, 'disk cdrom raw $1 hdb ');
  expect(kept(made)).toEqual(kept(expected).map(mended));
  expect(textAt(made, 'bootloader')).toBe(textAt(expected, 'bootloader'));
  // In definitions libvirt knows a paravirtual one by both words.
  expect(textAt(made, 'os', 'type')?.replace('linux', 'xen')).toBe(textAt(expected, 'os', 'type'));
  expect(attribute(child(child(made, 'devices'), 'interface'), 'type')).toBe('network');
});

test.each(abis)('%s: it fits libvirt’s schema', async (abi) => {
  const file = join(dir, `${abi}.xml`);
  await writeFile(file, serialize(drawn(abi, null)));
  const define = (path: string) => run('virsh', ['-c', 'test:///default', 'define', '--validate', path]);
  await expect(define(file)).resolves.toBeDefined();
  const wrong = join(dir, 'wrong.xml');
  await writeFile(wrong, serialize(drawn(abi, null)).replace('<clock', '<nonsense/><clock'));
  await expect(define(wrong)).rejects.toMatchObject({ stderr: expect.stringContaining('schema') });
  expect(children(child(drawn(abi, null), 'devices')).length).toBeGreaterThan(2);
});
