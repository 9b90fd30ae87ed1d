import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Hardware, HostConnection } from '../../backends/backend.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { notedOperation } from '../bed/quiet-operation.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { refusal } from '../fakes/fake-libvirtd.ts';
import { guestUuid, ScriptedHost } from '../fakes/scripted-host.ts';
import { hardwareVerbs } from './hardware-verbs.ts';

// No machine of ours has a card that can be divided: a scripted libvirtd answers with the documents of a host that has one.

const card = `<device><name>pci_0000_81_00_0</name><parent>computer</parent><driver><name>nvidia</name></driver>
  <capability type='pci'><class>0x030000</class><domain>0</domain><bus>129</bus><slot>0</slot><function>0</function>
  <product id='0x1bb3'>P4</product><vendor id='0x10de'>Example</vendor><iommuGroup number='7'/>
  <capability type='mdev_types'><type id='nvidia-11'><name>GRID P4-1Q</name><deviceAPI>vfio-pci</deviceAPI><availableInstances>2</availableInstances></type>
  <type id='nvidia-12'><name>GRID P4-8Q</name><deviceAPI>vfio-pci</deviceAPI><availableInstances>0</availableInstances></type></capability>
  </capability></device>`;

let host: ScriptedHost;
let connection: HostConnection;
let hardware: Hardware;
let definition: string;
let calls: string[];
/** What of the host's was made, by its name: its UUID. */
let made: Map<string, { readonly uuid: string; active: boolean }>;
let refused: string | null;

const id = guestUuid(0);
const { read, plan, apply } = hardwareVerbs(() => hardware);

beforeEach(async () => {
  host = await ScriptedHost.start(1);
  [calls, made, refused] = [[], new Map(), null];
  definition = `<domain type='kvm'><name>guest-0</name><uuid>${id}</uuid><memory>1048576</memory><vcpu>1</vcpu><os><type arch='x86_64' machine='q35'>hvm</type></os><devices></devices></domain>`;
  const { daemon } = host;
  daemon.answer(remote.connectListAllNodeDevices, ({ flags }) => ({
    devices: flags === 4096 ? [] : [{ name: 'pci_0000_81_00_0' }, ...[...made.keys()].map((name) => ({ name }))],
    ret: 0,
  }));
  daemon.answer(remote.nodeDeviceGetXmlDesc, ({ name }) => {
    const part = made.get(name);
    if (part === undefined) return { xml: card };
    const group = part.active ? "<iommuGroup number='9'/>" : '';
    return {
      xml: `<device><name>${name}</name><parent>pci_0000_81_00_0</parent><capability type='mdev'><type id='nvidia-11'/><uuid>${part.uuid}</uuid>${group}</capability></device>`,
    };
  });
  const step = (what: string) => {
    calls.push(what);
    if (what === refused) throw refusal({ code: 38, domain: 0, message: 'the card is full' });
  };
  daemon.answer(remote.nodeDeviceDefineXml, ({ xmlDesc }) => {
    step('define');
    expect(xmlDesc).toContain('<parent>pci_0000_81_00_0</parent>');
    expect(xmlDesc).toContain('<type id="nvidia-11"/>');
    const uuid = /<uuid>([^<]+)</.exec(xmlDesc)?.[1] ?? '';
    const name = `mdev_${uuid.replaceAll('-', '_')}`;
    made.set(name, { uuid, active: false });
    return { dev: { name } };
  });
  daemon.answer(remote.nodeDeviceCreate, ({ name }) => {
    step('create');
    const part = made.get(name);
    if (part !== undefined) part.active = true;
    return undefined;
  });
  daemon.answer(remote.nodeDeviceDestroy, () => {
    step('destroy');
    return undefined;
  });
  daemon.answer(remote.nodeDeviceUndefine, ({ name }) => {
    step('undefine');
    made.delete(name);
    return undefined;
  });
  daemon.answer(remote.connectGetCapabilities, () => ({ capabilities: '<capabilities/>' }));
  daemon.answer(remote.domainGetXmlDesc, () => ({ xml: definition }));
  daemon.answer(remote.domainDefineXmlFlags, ({ xml }) => {
    calls.push('guest');
    if (refused === 'guest') throw refusal({ code: 27, domain: 20, message: 'no such guest' });
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

const add = { kind: 'add', device: 'mediated-device', values: { whence: 'new', part: 'pci_0000_81_00_0 nvidia-11' } } as const;

test('a part of a card is offered where it has room, and made for the guest when it is added', async () => {
  const offer = (await read(id)).addable.find(({ kind }) => kind === 'mediated-device');
  expect(offer?.unavailable).toBeNull();
  expect(offer?.values).toMatchObject({ whence: 'new', part: 'pci_0000_81_00_0 nvidia-11' });
  const parts = offer?.fields.find(({ key }) => key === 'part');
  expect(parts?.kind === 'choice' && parts.choices).toMatchObject([
    { label: 'GRID P4-1Q of Example P4 (0000:81:00.0)', unavailable: null },
    { unavailable: expect.stringContaining('no room') },
  ]);
  const planned = await plan(id, add);
  expect(planned.objections).toEqual([]);
  expect(planned.warnings.join()).toContain('“GRID P4-1Q” of Example P4 (0000:81:00.0) is made on the host');
  expect(calls).toEqual([]);
  expect(await apply(id, add)).toEqual({ effect: 'now', why: null });
  expect(calls).toEqual(['define', 'create', 'guest']);
  const [uuid = ''] = [...made.values()].map((part) => part.uuid);
  expect(definition).toContain(`<address uuid="${uuid}"/>`);
});

test.each([
  ['create', ['define', 'create', 'undefine']],
  ['guest', ['define', 'create', 'guest', 'destroy', 'undefine']],
])('nothing of it is left on the host when it fails at “%s”', async (what, expected) => {
  refused = what;
  await expect(apply(id, add)).rejects.toBeDefined();
  expect(calls).toEqual(expected);
  expect(made.size).toBe(0);
  expect(definition).not.toContain('hostdev');
});

test('a device that is made is written down before, and crossed out when the host refused it', async () => {
  const { operation, notes } = notedOperation();
  await apply(id, add, { operation });
  const [uuid = ''] = [...made.values()].map((part) => part.uuid);
  const product = { kind: 'mediated', id: uuid, name: 'GRID P4-1Q of Example P4 (0000:81:00.0)' };
  expect(notes).toEqual([{ product, state: 'made' }]);
  for (const what of ['define', 'create', 'guest']) {
    refused = what;
    await expect(apply(id, add, { operation })).rejects.toBeDefined();
    expect(notes.at(-1)?.state).toBe('gone');
  }
});

test('one that was made by an operation that was killed is found by the next start, and goes unless a guest names it', async () => {
  const { leftovers } = connection;
  if (leftovers === null) throw new Error('a host that makes devices must find what was left of them');
  await apply(id, add);
  const [uuid = ''] = [...made.values()].map((part) => part.uuid);
  // Killed before the host's answer came.
  const left = { product: { kind: 'mediated' as const, id: uuid, name: 'GRID P4-1Q' }, made: false };
  expect(await leftovers.find([left])).toEqual([{ kind: 'kept', why: 'It is needed by “guest-0”.' }]);
  await expect(leftovers.remove(left)).rejects.toMatchObject({ code: 'in-use' });
  definition = definition.replace(/<hostdev[^]*<\/hostdev>/, '');
  expect(await leftovers.find([left])).toEqual([{ kind: 'there' }]);
  calls = [];
  await leftovers.remove(left);
  expect(calls).toEqual(['destroy', 'undefine']);
  expect(await leftovers.find([left])).toEqual([{ kind: 'gone' }]);
});

test('it is taken off the host again with its removal', async () => {
  await apply(id, add);
  await connection.close();
  connection = await connectTo(host.uri);
  if (connection.hardware === null) throw new Error('A QEMU host has hardware to change.');
  hardware = connection.hardware;
  const page = (await read(id)).pages.find(({ kind }) => kind === 'mediated-device');
  const change = { kind: 'act', device: page?.id ?? '', action: 'take-off-host', values: {} } as const;
  expect((await plan(id, change)).losses).not.toEqual([]);
  calls = [];
  const { operation, notes } = notedOperation();
  expect(await apply(id, change, { operation })).toEqual({ effect: 'now', why: null });
  expect(calls).toEqual(['guest', 'destroy', 'undefine']);
  expect(notes).toMatchObject([{ product: { kind: 'mediated' }, state: 'gone' }]);
  expect(definition).not.toContain('hostdev');
  expect(made.size).toBe(0);
});
