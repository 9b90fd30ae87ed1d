import { describe, expect, test } from 'vitest';
import type { FieldValues } from '#model/hardware-field';
import { GiB, MiB } from '#model/quantity';
import { hardwareContext } from '../../../../test/bed/hardware-context.ts';
import { parseXml, serialize } from '../../xml/document.ts';
import { keyedFields, takesLive, valuesOf, written } from '../page-fields.ts';
import { boot } from './boot.ts';
import { clock } from './clock.ts';
import { emulatorArguments } from './emulator-arguments.ts';
import { hostGroup } from './host-group.ts';
import { machineParts } from './machine-parts.ts';
import { memory } from './memory.ts';
import { overview } from './overview.ts';
import { numbersIn } from './part-fields.ts';
import { placement } from './placement.ts';
import { processors } from './processors.ts';
import { security } from './security.ts';

type Part = (typeof machineParts)[number];

/** The document with these values set, and what they are read as. */
function changed(part: Part, document: string, values: FieldValues, more = {}): { text: string; read: FieldValues } {
  const context = hardwareContext(document, more);
  const fields = keyedFields(part, context);
  const made = written(
    fields.filter(({ field }) => field.key in values),
    context.domain,
    values,
    context,
  );
  return { text: serialize(made), read: valuesOf(fields, made, context) };
}

const problemsOf = (part: Part, document: string, values: FieldValues) => {
  const context = hardwareContext(document);
  const from = valuesOf(keyedFields(part, context), context.domain, context);
  return part.problems?.({ ...from, ...values }, context).map(({ field }) => field) ?? [];
};

const qemu = (rest: string, machine = 'pc-q35-7.2') =>
  `<domain type="qemu"><name>a</name><memory unit="GiB">2</memory><currentMemory unit="KiB">1048576</currentMemory><vcpu>4</vcpu><os><type arch="x86_64" machine="${machine}">hvm</type></os>${rest}</domain>`;

describe('memory', () => {
  test('is read in every unit, and written in KiB; what was all of it stays all of it', () => {
    expect(changed(memory, qemu(''), {}).read).toMatchObject({ memory: 2 * GiB, current: GiB });
    const all = qemu('').replace('1048576', '2097152');
    const { text, read } = changed(memory, all, { memory: 3 * GiB });
    expect(text).toContain('<memory unit="KiB">3145728</memory><currentMemory unit="KiB">3145728</currentMemory>');
    expect(read['current']).toBeNull();
    expect(changed(memory, qemu(''), { memory: 3 * GiB }).read['current']).toBe(GiB);
  });

  test('that is to grow gets slots and a node for it; that is to be shared is a file', () => {
    const { text } = changed(memory, qemu(''), { ceiling: 8 * GiB, shared: true });
    expect(text).toContain('<maxMemory unit="KiB" slots="16">8388608</maxMemory>');
    expect(text).toContain('<cpu><numa><cell id="0" cpus="0-3" memory="2097152" unit="KiB"/></numa></cpu>');
    expect(text).toContain('<memoryBacking><source type="memfd"/><access mode="shared"/></memoryBacking>');
  });

  test('at present is told to a running guest up to what it has, with a balloon', () => {
    const running = (devices: string) => ({ running: parseXml(qemu(`<devices>${devices}</devices>`)) });
    const takes = (more: object, to: number) => {
      const context = hardwareContext(qemu(''), more);
      const field = keyedFields(memory, context).find(({ field: { key } }) => key === 'current');
      return field === undefined ? null : takesLive(field, { current: GiB }, { current: to }, context);
    };
    expect(takes(running('<memballoon model="virtio"/>'), 512 * MiB)).toBe(true);
    expect(takes(running('<memballoon model="virtio"/>'), 3 * GiB)).toBe(false);
    expect(takes(running('<memballoon model="none"/>'), 512 * MiB)).toBe(false);
  });
});

describe('processors', () => {
  const vcpus = '<vcpus><vcpu id="0" enabled="yes" hotpluggable="no"/></vcpus>';
  test('another number goes with another account of each', () => {
    expect(changed(processors, qemu(vcpus), { vcpus: 8, current: 2 }).text).toContain('<vcpu current="2">8</vcpu>');
    expect(changed(processors, qemu(vcpus), { vcpus: 8 }).text).not.toContain('<vcpus>');
  });
  test('what a model was goes with the model, and what else is there stays', () => {
    const cpu =
      '<cpu mode="custom" match="exact" check="partial"><model fallback="allow">EPYC</model><vendor>AMD</vendor><topology sockets="1" cores="4" threads="1"/><feature policy="disable" name="svm"/></cpu>';
    expect(changed(processors, qemu(cpu), { mode: 'host-passthrough' }).text).toContain(
      '<cpu mode="host-passthrough"><topology sockets="1" cores="4" threads="1"/><feature policy="disable" name="svm"/></cpu>',
    );
    expect(changed(processors, qemu(cpu), { mode: null }).text).toContain('<cpu><topology sockets="1" cores="4" threads="1"/></cpu>');
    expect(changed(processors, qemu('<cpu match="exact"><model>Nehalem</model></cpu>'), {}).read).toMatchObject({
      mode: 'custom',
      model: 'Nehalem',
    });
  });
  test('topology must make them all', () => {
    expect(problemsOf(processors, qemu(''), { topology: true, sockets: 1, cores: 2, threads: 2 })).toEqual([]);
    expect(problemsOf(processors, qemu(''), { topology: true, sockets: 1, cores: 2, threads: 1 })).toEqual(['sockets']);
  });
  test('a model that the host cannot run says what it lacks', () => {
    const capabilities = parseXml(
      `<domainCapabilities><cpu><mode name="custom" supported="yes"><model usable="no" vendor="Intel">Icelake</model><blockers model="Icelake"><feature name="avx512f"/><feature name="rtm"/></blockers><model usable="yes">qemu64</model></mode></cpu></domainCapabilities>`,
    );
    const context = hardwareContext(qemu(''), { capabilities });
    const model = keyedFields(processors, context).find(({ field: { key } }) => key === 'model')?.field;
    expect(model?.kind === 'choice' && model.choices).toMatchObject([
      { value: 'Icelake', label: 'Icelake (Intel)', unavailable: 'The host’s processor lacks avx512f, rtm.' },
      { value: 'qemu64', unavailable: null },
    ]);
  });
});

describe('boot', () => {
  const devices = `<devices>
    <disk device="cdrom"><target dev="sda"/></disk><disk device="disk"><target dev="vda"/><boot order="2" loadparm="X"/></disk>
    <interface type="user"><mac address="52:54:00:00:00:01"/><boot order="1"/></interface><redirdev bus="usb"/><redirdev bus="usb"/></devices>`;
  test('each device is in the list once, those that are tried first', () => {
    const { read, text } = changed(boot, qemu(devices), {});
    expect(read['order']).toEqual([
      { device: 'Network card 52:54:00:00:00:01', tried: true },
      { device: 'Disk vda', tried: true },
      { device: 'CD-ROM sda', tried: false },
      { device: 'Redirected USB device', tried: false },
      { device: 'Redirected USB device (2)', tried: false },
    ]);
    expect(text).toBe(qemu(devices));
  });
  test('a new order is numbered by device, and keeps what else is said there', () => {
    const order = [
      { device: 'Disk vda', tried: true },
      { device: 'CD-ROM sda', tried: true },
      { device: 'Network card 52:54:00:00:00:01', tried: false },
    ];
    const { text } = changed(boot, qemu(devices), { order });
    expect(text).toContain('<boot order="1" loadparm="X"/>');
    expect(text).toContain('<target dev="sda"/><boot order="2"/>');
    expect(text).toContain('<mac address="52:54:00:00:00:01"/></interface>');
  });
  test('firmware that was named by its files stays until another is chosen', () => {
    const os = `<domain type="kvm"><os><type arch="x86_64" machine="q35">hvm</type><loader readonly="yes" secure="yes" type="pflash">/OVMF.fd</loader><nvram template="/VARS.fd">/a.fd</nvram></os></domain>`;
    expect(changed(boot, os, {}).read).toMatchObject({
      firmware: 'uefi-secure-boot',
      loader: '/OVMF.fd',
      variables: '/a.fd',
      'variables-template': '/VARS.fd',
    });
    expect(changed(boot, os, { firmware: 'uefi-secure-boot', menu: 'yes' }).text).toContain('<nvram template="/VARS.fd">/a.fd</nvram>');
    expect(changed(boot, os, { firmware: 'bios' }).text).toContain('<os><type arch="x86_64" machine="q35">hvm</type></os>');
    expect(changed(boot, os, { firmware: 'uefi' }).text).toContain('<firmware><feature enabled="no" name="secure-boot"/></firmware>');
  });
});

test('another chipset keeps what hangs on no bus of the old one', () => {
  const devices = `<devices><emulator>/q</emulator><!-- mine -->
    <disk device="disk"><target dev="hda" bus="ide"/><address type="drive" unit="0"/></disk><disk device="disk"><target dev="sda" bus="scsi"/><address type="drive" unit="1"/></disk>
    <controller type="pci" index="0" model="pci-root"/><controller type="ide" index="0"/><controller type="usb" model="piix3-uhci"><address type="pci"/></controller>
    <hostdev type="pci"><source><address domain="0x0"/></source><address type="pci" slot="0x5"/></hostdev></devices>`;
  const { text } = changed(overview, qemu(devices, 'pc'), { chipset: 'q35' });
  expect(text).toContain('<disk device="disk"><target dev="sdb" bus="sata"/></disk>');
  expect(text).toContain('<target dev="sda" bus="scsi"/><address type="drive" unit="1"/>');
  expect(text).toContain('<controller type="usb" model="qemu-xhci"/>');
  expect(text).toContain('<hostdev type="pci"><source><address domain="0x0"/></source></hostdev>');
  expect(text).toContain('<!-- mine -->');
  expect(text).not.toMatch(/pci-root|type="ide"/);
  expect(problemsOf(overview, qemu('<devices><iommu model="intel"/></devices>'), { chipset: 'i440fx' })).toEqual(['chipset']);
});

test('lists keep what their rows do not say', () => {
  const tuned = qemu(
    '<iothreads>2</iothreads><iothreadids><iothread id="2" thread_pool_min="8"/></iothreadids><cputune><vcpupin vcpu="1" cpuset="0"/><vcpusched vcpus="0" scheduler="fifo"/></cputune>',
  );
  const { read, text } = changed(placement, tuned, { pins: [], iothreads: [{ id: 2, cpuset: '1', least: 8, most: null }] });
  expect(changed(placement, tuned, {}).read['iothreads']).toEqual([
    { id: 1, cpuset: null, least: null, most: null },
    { id: 2, cpuset: null, least: 8, most: null },
  ]);
  expect(text).toContain('<iothread id="2" thread_pool_min="8"/>');
  expect(text).toContain('<cputune><iothreadpin iothread="2" cpuset="1"/><vcpusched vcpus="0" scheduler="fifo"/></cputune>');
  expect(read).toMatchObject({ pins: [], iothreads: [{ id: 2, cpuset: '1', least: 8, most: null }] });
  const timed = qemu('<clock offset="utc"><timer name="rtc" tickpolicy="catchup"><catchup threshold="123"/></timer></clock>');
  const rows = [{ name: 'rtc', present: null, tickpolicy: 'catchup', track: 'wall', mode: null, frequency: null }];
  expect(changed(clock, timed, { timers: rows }).text).toContain(
    '<timer name="rtc" tickpolicy="catchup" track="wall"><catchup threshold="123"/></timer>',
  );
});

test('QEMU’s own vocabulary is declared where it is used first, under the prefix that is there', () => {
  const { text, read } = changed(emulatorArguments, qemu(''), { arguments: [{ value: '-S' }] });
  expect(parseXml(text).attributes.get('xmlns:qemu')).toBe('http://libvirt.org/schemas/domain/qemu/1.0');
  expect(read['arguments']).toEqual([{ value: '-S' }]);
  const other = `<domain type="kvm" xmlns:q="http://libvirt.org/schemas/domain/qemu/1.0"><q:commandline><q:arg value="-a"/></q:commandline><q:capabilities/></domain>`;
  const more = changed(emulatorArguments, other, { environment: [{ name: 'A', value: 'b' }] }).text;
  expect(parseXml(more)).toEqual(parseXml(other.replace('<q:arg value="-a"/>', '<q:arg value="-a"/><q:env name="A" value="b"/>')));
});

describe('containers and Xen', () => {
  const container = `<domain type="lxc"><name>c</name><memory unit="KiB">1048576</memory><vcpu>1</vcpu><os><type arch="x86_64">exe</type><init>/bin/sh</init><initarg>-c</initarg><initarg>top</initarg><initenv name="A">b</initenv></os><idmap><uid start="0" target="1000" count="10"/><gid start="0" target="1000" count="10"/></idmap></domain>`;
  const xen = `<domain type="xen"><name>x</name><memory>1048576</memory><vcpu>1</vcpu><bootloader>pygrub</bootloader><os><type arch="x86_64" machine="xenpv">linux</type></os></domain>`;
  test('have what they have', () => {
    const has = (document: string) => {
      const context = hardwareContext(document);
      return machineParts.filter((part) => part.fits(context)).map(({ kind }) => kind);
    };
    expect(has(container)).toEqual(['overview', 'boot', 'memory', 'placement', 'clock', 'features', 'power', 'security', 'host-group']);
    expect(has(xen)).toEqual(['overview', 'boot', 'processors', 'memory', 'placement', 'clock', 'features', 'power']);
  });
  test('a guest of Xen’s without firmware has no boot order, also where its definition does not name its machine', () => {
    const keys = (document: string) =>
      boot.fields
        .filter((field) => field.fits?.(hardwareContext(document)) !== false)
        .map((field) => field.field(hardwareContext(document)).key);
    const unnamed = xen.replace(' machine="xenpv"', '');
    expect(keys(unnamed)).toEqual(['kernel', 'initrd', 'cmdline', 'dtb', 'bootloader', 'bootloader-args']);
    expect(keys(unnamed.replace('>linux<', '>hvm<'))).toContain('order-by-sort');
  });
  test('are changed where they say it', () => {
    const { read, text } = changed(boot, container, { 'init-arguments': [{ value: '-x' }], 'init-environment': [] });
    expect(read).toMatchObject({ init: '/bin/sh', 'init-arguments': [{ value: '-x' }] });
    expect(text).toContain('<init>/bin/sh</init><initarg>-x</initarg></os>');
    expect(changed(boot, container, {}).read['init-environment']).toEqual([{ name: 'A', value: 'b' }]);
    expect(changed(hostGroup, container, {}).read['idmap']).toHaveLength(2);
    expect(problemsOf(hostGroup, container, { idmap: [{ kind: 'uid', start: 0, target: 1, count: 1 }] })).toEqual(['idmap']);
    expect(changed(boot, xen, { bootloader: null, kernel: '/k' }).text).not.toContain('pygrub');
  });
  test.each([container, xen, qemu('<seclabel type="static" model="dac"><label>+0:+0</label></seclabel>')])(
    'are as they were where nothing changes',
    (document) => {
      const context = hardwareContext(document);
      for (const part of [...machineParts, security].filter((one) => one.fits(context))) {
        const fields = keyedFields(part, context);
        expect(serialize(written(fields, context.domain, valuesOf(fields, context.domain, context), context)), part.kind).toBe(document);
      }
    },
  );
});

test('a set of numbers is counted, and one that goes on for ever is none', () => {
  expect(numbersIn('0-3,^2,8')).toEqual(new Set([0, 1, 3, 8]));
  expect(numbersIn('3-1')).toEqual(new Set());
  expect(numbersIn(Array.from({ length: 100 }, () => '0-65535').join(','))).toBeNull();
});
