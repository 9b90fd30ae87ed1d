import { beforeEach, afterEach, expect, test } from 'vitest';
import type { Hardware, HostConnection } from '../../backends/backend.ts';
import { BackendError } from '../../backends/errors.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { notedOperation, quietOperation } from '../bed/quiet-operation.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { refusal } from '../fakes/fake-libvirtd.ts';
import { guestUuid, ScriptedHost } from '../fakes/scripted-host.ts';
import { hardwareVerbs } from './hardware-verbs.ts';

// No machine of ours has an IOMMU: a scripted libvirtd answers with the documents of a host that has one.

const GROUP = ['0000:81:00.0', '0000:81:00.1'] as const;
const nameOf = (address: string) => `pci_${address.replaceAll(/[:.]/g, '_')}`;

function nodeXml(address: string, driver: string | null): string {
  const fn = address.slice(-1);
  return `<device><name>${nameOf(address)}</name><parent>pci_0000_80_01_0</parent>
    ${driver === null ? '' : `<driver><name>${driver}</name></driver>`}
    <capability type='pci'><class>0x0${fn === '0' ? '30000' : '40300'}</class><domain>0</domain><bus>129</bus><slot>0</slot><function>${fn}</function>
    <product id='0x1c03'>GPU ${fn}</product><vendor id='0x10de'>Example</vendor>
    <iommuGroup number='7'>${GROUP.map((one) => `<address domain='0x0000' bus='0x81' slot='0x00' function='0x${one.slice(-1)}'/>`).join('')}</iommuGroup>
    </capability></device>`;
}

const hostdev = `<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x0000' bus='0x81' slot='0x00' function='0x0'/></source></hostdev>`;

let host: ScriptedHost;
let connection: HostConnection;
let hardware: Hardware;
let drivers: Map<string, string | null>;
let calls: string[];
let definition: string;
/** What the host says of a call, by "detach NAME": a refusal. */
let refused: Map<string, string>;

const id = guestUuid(0);
const device = `pci-device:${GROUP[0]}`;

beforeEach(async () => {
  host = await ScriptedHost.start(1);
  drivers = new Map([
    [nameOf(GROUP[0]), 'nouveau'],
    [nameOf(GROUP[1]), 'snd_hda_intel'],
  ]);
  calls = [];
  refused = new Map();
  definition = `<domain type='kvm'><name>guest-0</name><uuid>${id}</uuid><memory>1048576</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='q35'>hvm</type></os><devices>${hostdev}</devices></domain>`;
  const { daemon } = host;
  daemon.answer(remote.connectListAllNodeDevices, ({ flags }) => ({
    devices: flags === 4096 ? [] : [...drivers.keys()].map((name) => ({ name })),
    ret: 0,
  }));
  daemon.answer(remote.nodeDeviceGetXmlDesc, ({ name }) => ({
    xml: nodeXml(GROUP.find((one) => nameOf(one) === name) ?? GROUP[0], drivers.get(name) ?? null),
  }));
  const step = (what: string, name: string, driver: string | null) => {
    calls.push(`${what} ${name}`);
    const words = refused.get(`${what} ${name}`);
    if (words !== undefined) throw refusal({ code: 38, domain: 0, message: words });
    drivers.set(name, driver);
  };
  daemon.answer(remote.nodeDeviceDetachFlags, ({ name, driverName }) => {
    expect(driverName).toBe('vfio');
    step('detach', name, 'vfio-pci');
    return undefined;
  });
  daemon.answer(remote.nodeDeviceReAttach, ({ name }) => {
    step('reattach', name, name.endsWith('0') ? 'nouveau' : 'snd_hda_intel');
    return undefined;
  });
  daemon.answer(remote.connectGetCapabilities, () => ({ capabilities: '<capabilities/>' }));
  daemon.answer(remote.domainGetXmlDesc, () => ({ xml: definition }));
  daemon.answer(remote.domainDefineXmlFlags, ({ xml }) => {
    definition = xml;
    return { dom: host.domain(0).dom };
  });
  connection = await connectTo(host.uri);
  if (connection.hardware === null) throw new Error('A QEMU host has hardware to change.');
  hardware = connection.hardware;
});
afterEach(async () => {
  await connection.close();
  await host.close();
});

const { plan, apply, pageOf } = hardwareVerbs(() => hardware);
const act = (action: string) => ({ kind: 'act', device, action, values: {} }) as const;
const offered = async (key: string) => (await pageOf(id, device)).actions.find((action) => action.key === key);
const [card = '', sound = ''] = GROUP.map(nameOf);

test('a whole group is given at once, as its first device was', async () => {
  expect((await offered('give-group'))?.unavailable).toBeNull();
  const planned = await plan(id, act('give-group'));
  expect(planned.differences).toEqual([
    { what: 'PCI device of the host', from: null, to: `Example GPU 1 (${GROUP[1]})`, effect: 'next-start' },
  ]);
  // Main asks before a guest gets more of its host.
  expect(planned.grants).toHaveLength(1);
  expect(await apply(id, act('give-group'))).toEqual({ effect: 'now', why: null });
  expect(definition).toMatch(
    /<hostdev mode="subsystem" type="pci" managed="yes"><source><address domain="0x0000" bus="0x81" slot="0x00" function="0x1"\/>/,
  );
  expect(definition).toContain(hostdev);
  expect(calls).toEqual([]);
});

test('a rehearsal shows what it does before, takes the group, and gives it back', async () => {
  const planned = await plan(id, act('rehearse'));
  expect(planned.differences).toMatchObject([
    { what: `Driver of Example GPU 0 (${GROUP[0]})`, from: 'nouveau', to: 'VFIO, and then nouveau again' },
    { from: 'snd_hda_intel' },
  ]);
  expect(planned.losses).not.toEqual([]);
  expect(planned.commands.join('\n')).toMatch(
    new RegExp(`nodedev-detach ${card} --driver vfio[^]*nodedev-reattach ${sound}[^]*nodedev-reattach ${card}`),
  );
  expect(calls).toEqual([]);
  expect(await apply(id, act('rehearse'))).toEqual({ effect: 'now', why: null });
  expect(calls).toEqual([`detach ${card}`, `detach ${sound}`, `reattach ${sound}`, `reattach ${card}`]);
  expect([...drivers.values()]).toEqual(['nouveau', 'snd_hda_intel']);
});

test('where one does not go, all that was taken is given back; where one is not given back, it is named', async () => {
  refused.set(`detach ${sound}`, 'device is in use');
  await expect(apply(id, act('rehearse'))).rejects.toMatchObject({ message: expect.stringContaining('in use') });
  expect(calls.slice(-2)).toEqual([`reattach ${sound}`, `reattach ${card}`]);
  expect(drivers.get(card)).toBe('nouveau');

  refused.clear();
  refused.set(`reattach ${card}`, 'driver does not bind');
  await expect(apply(id, act('rehearse'))).rejects.toMatchObject({
    code: 'outcome-unknown',
    message: expect.stringContaining(GROUP[0]),
    remedy: expect.stringContaining(`virsh nodedev-reattach ${card}`),
  });
  expect(drivers.get(sound)).toBe('snd_hda_intel');
});

test('a rehearsal that is cancelled gives back what it has taken', async () => {
  const stopping = new AbortController();
  const operation = quietOperation({
    signal: stopping.signal,
    report: (words) => {
      if (words.includes(GROUP[0])) stopping.abort();
    },
  });
  await expect(apply(id, act('rehearse'), { operation })).rejects.toMatchObject({ code: 'cancelled' });
  expect(calls).toEqual([`detach ${card}`, `reattach ${card}`]);
});

const product = (address: string, driver: string) => ({
  kind: 'borrowed' as const,
  device: nameOf(address),
  name: `Example GPU ${address.slice(-1)} (${address})`,
  driver,
});
const taken = [product(GROUP[0], 'nouveau'), product(GROUP[1], 'snd_hda_intel')];

test('each device is written down before it is taken, and crossed out when the host has it again', async () => {
  const { operation, notes } = notedOperation();
  const making = async (noted: Parameters<typeof operation.making>[0]) => {
    // What cannot be written down is not taken.
    expect(calls.some((call) => call.startsWith('detach') && noted.kind === 'borrowed' && call.endsWith(noted.device))).toBe(false);
    return operation.making(noted);
  };
  refused.set(`reattach ${card}`, 'driver does not bind');
  await expect(apply(id, act('rehearse'), { operation: { ...operation, making } })).rejects.toMatchObject({ code: 'outcome-unknown' });
  expect(notes).toEqual([
    { product: taken[0], state: 'made' },
    { product: taken[1], state: 'gone' },
  ]);
  calls = [];
  const unwritable = { ...operation, making: async () => Promise.reject(new BackendError('no-space', 'The disk is full.')) };
  await expect(apply(id, act('rehearse'), { operation: unwritable })).rejects.toMatchObject({ code: 'no-space' });
  expect(calls).toEqual([]);
});

test('what a rehearsal that was killed left with VFIO is found by the next start, and goes back', async () => {
  const { leftovers } = connection;
  if (leftovers === null) throw new Error('a host that gives devices must find what was left of it');
  drivers.set(card, 'vfio-pci');
  const all = taken.map((each, index) => ({ product: each, made: index === 0 }));
  expect(await leftovers.find(all)).toEqual([{ kind: 'there' }, { kind: 'gone' }]);
  for (const each of all) await leftovers.remove(each);
  expect(calls).toEqual([`reattach ${card}`]);
  expect(await leftovers.find(all)).toEqual([{ kind: 'gone' }, { kind: 'gone' }]);
});

test('a device stays with VFIO while a guest runs with something of its group, or when the host’s driver does not take it', async () => {
  const { leftovers } = connection;
  if (leftovers === null) throw new Error('a host that gives devices must find what was left of it');
  drivers.set(sound, 'vfio-pci');
  const left = { product: taken[1] ?? product('', ''), made: true };
  const { dom } = host.domain(0);
  host.daemon.answer(remote.connectListAllDomains, () => ({ domains: [{ ...dom, id: 3 }], ret: 1 }));
  expect(await leftovers.find([left])).toMatchObject([{ kind: 'kept', why: expect.stringContaining('is running') }]);
  await expect(leftovers.remove(left)).rejects.toMatchObject({ code: 'in-use' });
  expect(calls).toEqual([]);
  host.daemon.answer(remote.connectListAllDomains, () => ({ domains: [dom], ret: 1 }));
  host.daemon.answer(remote.nodeDeviceReAttach, () => undefined);
  await expect(leftovers.remove(left)).rejects.toMatchObject({ remedy: expect.stringContaining('Start the host anew') });
});

test('what VFIO was left with by a guest that did not start is said, and given back', async () => {
  expect(await offered('give-back')).toBeUndefined();
  drivers.set(card, 'vfio-pci');
  await connection.close();
  connection = await connectTo(host.uri);
  if (connection.hardware === null) throw new Error('A QEMU host has hardware to change.');
  hardware = connection.hardware;
  expect((await pageOf(id, device)).notes.join(' ')).toContain('was not given back');
  expect(await apply(id, act('give-back'))).toEqual({ effect: 'now', why: null });
  expect(calls).toEqual([`reattach ${card}`]);
  expect(await offered('give-back')).toBeUndefined();
});

test('what a running guest has is not tried out', async () => {
  const { dom } = host.domain(0);
  host.domain(0).state = 1;
  host.daemon.answer(remote.domainLookupByUuid, () => ({ dom: { ...dom, id: 3 } }));
  host.daemon.answer(remote.connectListAllDomains, () => ({ domains: [{ ...dom, id: 3 }], ret: 1 }));
  expect((await offered('rehearse'))?.unavailable).toMatch(/is running/);
  await expect(apply(id, act('rehearse'))).rejects.toMatchObject({ code: 'bad-input' });
  expect(calls).toEqual([]);
});
