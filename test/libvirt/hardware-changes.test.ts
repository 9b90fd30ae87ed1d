import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { hardwareVerbs } from './hardware-verbs.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Hardware, HostConnection } from '../../backends/backend.ts';
import { GuestHardware, HardwarePlan } from '../../backends/model/hardware.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { tinyDomain } from './tiny-domain.ts';

let daemon: PrivateLibvirtd;
let connection: HostConnection;
let hardware: Hardware;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  connection = await connectTo(daemon.uri);
  if (connection.hardware === null) throw new Error('A QEMU host has hardware to change.');
  hardware = connection.hardware;
});
afterAll(async () => {
  await connection.close();
  await daemon.stop();
});

const { read, plan, apply, pageOf } = hardwareVerbs(() => hardware);
const inactive = (name: string) => daemon.virsh('dumpxml', '--inactive', name);

test('a device is added to a guest that is off, changed and removed, and nothing else of its definition moves', async () => {
  const { id } = await tinyDomain(daemon, 'off');
  const before = await inactive('off');
  const offered = (await read(id)).addable.find(({ kind }) => kind === 'watchdog');
  expect(offered).toMatchObject({ unavailable: null, values: { model: 'i6300esb', action: 'reset' } });

  const planned = await plan(id, { kind: 'add', device: 'watchdog', values: { action: 'pause' } });
  expect(planned.objections).toEqual([]);
  expect(planned.differences).toContainEqual({ what: 'When the guest hangs', from: null, to: 'Pause it', effect: 'next-start' });
  expect(planned.after).toContain('<watchdog model="i6300esb" action="pause"/>');
  expect(planned.commands.join()).toContain('attach-device');
  expect(await inactive('off')).toBe(before);

  expect(await apply(id, { kind: 'add', device: 'watchdog', values: { action: 'pause' } })).toEqual({ effect: 'now', why: null });
  expect(await inactive('off')).toMatch(/<watchdog model='i6300esb' action='pause'>/);
  expect(await pageOf(id, 'watchdog:1')).toMatchObject({ title: 'Watchdog', values: { action: 'pause' }, presence: 'both' });

  expect((await plan(id, { kind: 'set', device: 'watchdog:1', values: { action: 'dump' } })).differences).toEqual([
    { what: 'When the guest hangs', from: 'Pause it', to: 'Write its memory to a file', effect: 'next-start' },
  ]);
  await apply(id, { kind: 'set', device: 'watchdog:1', values: { action: 'dump' } });
  expect(await inactive('off')).toMatch(/<watchdog model='i6300esb' action='dump'>/);

  await apply(id, { kind: 'remove', device: 'watchdog:1' });
  // The bus that libvirt made for it stays, as it does when virsh detaches one.
  const after = await inactive('off');
  expect(after).not.toContain('<watchdog');
  for (const line of before.split('\n')) expect(after).toContain(line);
});

test('what was plugged into a running guest, or out of it, is undone there too, and the definition is as it was to the letter', async () => {
  const { id } = await tinyDomain(daemon, 'undone');
  await daemon.virsh('start', 'undone');
  const devices = async (...flags: string[]) => [...(await daemon.virsh('dumpxml', ...flags, 'undone')).matchAll(/<rng model/g)].length;
  const before = await inactive('undone');
  const add = { kind: 'add', device: 'rng', values: {} } as const;
  const planned = await plan(id, add);
  expect(await apply(id, add)).toEqual({ effect: 'now', why: null });
  expect([await devices(), await devices('--inactive')]).toEqual([1, 1]);
  const undo = { kind: 'undo', definition: planned.before } as const;
  expect((await plan(id, undo)).differences).toContainEqual(expect.objectContaining({ to: null, effect: 'now' }));
  // A guest whose system has not started yet lets nothing go: then the definition alone is as it was.
  const outcome = await apply(id, undo);
  expect(await inactive('undone')).toBe(before);
  if (outcome.effect === 'now') expect(await devices()).toBe(0);
  else expect(outcome.why).toContain('has not let go of it');

  await daemon.virsh('destroy', 'undone');
  await apply(id, add);
  await daemon.virsh('start', 'undone');
  const having = await inactive('undone');
  const taken = await pageOf(id, 'rng:1');
  const remove = { kind: 'remove', device: taken.id } as const;
  const { before: definition } = await plan(id, remove);
  await apply(id, remove, { when: 'next-start' });
  expect([await devices(), await devices('--inactive')]).toEqual([1, 0]);
  expect(await apply(id, { kind: 'undo', definition })).toEqual({ effect: 'now', why: null });
  expect(await inactive('undone')).toBe(having);
  expect((await read(id)).pending).toEqual([]);
  await daemon.virsh('destroy', 'undone');
});

test('what somebody else changed meanwhile is not overwritten', async () => {
  const { id } = await tinyDomain(daemon, 'contended');
  const { revision } = await read(id);
  await daemon.virsh('desc', 'contended', '--config', 'theirs');
  const before = await inactive('contended');
  const wish = { change: { kind: 'add', device: 'watchdog', values: {} }, base: revision, when: 'as-soon-as-possible' } as const;
  await expect(hardware.plan(id, wish)).rejects.toMatchObject({ code: 'conflict' });
  await expect(hardware.apply(id, wish, quietOperation())).rejects.toMatchObject({ code: 'conflict' });
  expect(await inactive('contended')).toBe(before);
});

test('what was agreed to for a guest in another state is not done', async () => {
  const { id } = await tinyDomain(daemon, 'restarted');
  await apply(id, { kind: 'add', device: 'watchdog', values: {} });
  const refused = async (base: string) => {
    const wish = { change: { kind: 'remove', device: 'watchdog:1' }, base, when: 'as-soon-as-possible' } as const;
    await expect(hardware.plan(id, wish)).rejects.toMatchObject({ code: 'conflict' });
    await expect(hardware.apply(id, wish, quietOperation())).rejects.toMatchObject({ code: 'conflict' });
  };
  const off = (await read(id)).revision;
  await daemon.virsh('start', 'restarted');
  await refused(off);
  const first = (await read(id)).revision;
  await daemon.virsh('destroy', 'restarted');
  await refused(first);
  expect((await read(id)).revision).toBe(off);
  await daemon.virsh('start', 'restarted');
  await refused(first);
  await daemon.virsh('destroy', 'restarted');
  expect(await inactive('restarted')).toContain('<watchdog');
});

test('the command that is shown does the same', async () => {
  const { id } = await tinyDomain(daemon, 'by-hand');
  await apply(id, { kind: 'add', device: 'watchdog', values: { action: 'pause' } });
  const { commands, after } = await plan(id, { kind: 'set', device: 'watchdog:1', values: { action: 'none' } });
  expect(commands).toHaveLength(1);
  await promisify(execFile)('sh', ['-c', commands[0] ?? 'false']);
  expect((await inactive('by-hand')).trim()).toBe(after.trim());
});

test('what a running guest does not take waits for its next start, and says why', async () => {
  const { id } = await tinyDomain(daemon, 'running');
  await daemon.virsh('start', 'running');
  // This machine has no free slot of conventional PCI until its next start.
  const outcome = await apply(id, { kind: 'add', device: 'watchdog', values: {} });
  expect(outcome.effect).toBe('next-start');
  expect(outcome.why).toMatch(/PCI/);
  expect(await daemon.virsh('dumpxml', 'running')).not.toContain("<watchdog model='i6300esb'");
  expect(await inactive('running')).toContain("<watchdog model='i6300esb'");
  expect((await read(id)).pending).toContainEqual({ device: 'watchdog:1', words: 'Watchdog is added' });
  expect((await pageOf(id, 'watchdog:1')).presence).toBe('next-start');
  await daemon.virsh('destroy', 'running');
});

test('a device that there is no form for is shown by its definition, which can be changed', async () => {
  await tinyDomain(daemon, 'odd');
  // libvirt itself drops what it does not know, so this is one of a later libvirt.
  const definition = (await inactive('odd')).replace('</devices>', "  <gizmo type='odd'><part of='it'/></gizmo>\n  </devices>");
  const gizmo = (await hardware.readDraft(definition)).pages.find(({ kind }) => kind === 'unknown');
  expect(gizmo).toMatchObject({
    title: 'gizmo',
    summary: 'odd',
    xml: '<gizmo type="odd"><part of="it"/></gizmo>',
    removal: { fixed: null },
  });
  const device = gizmo?.id ?? '';
  const { after } = await hardware.planDraft(definition, { kind: 'rewrite', device, xml: '<gizmo type="even"/>' });
  expect(after).toBe(definition.replace("<gizmo type='odd'><part of='it'/></gizmo>", "<gizmo type='even'></gizmo>"));
  const other = await hardware.planDraft(definition, { kind: 'rewrite', device, xml: '<disk/>' });
  expect(other.objections).toHaveLength(1);
});

test('values that no form could have sent are refused', async () => {
  const { id } = await tinyDomain(daemon, 'refusing');
  expect((await plan(id, { kind: 'add', device: 'watchdog', values: { model: 'alarm-clock' } })).objections).toHaveLength(1);
  await expect(apply(id, { kind: 'add', device: 'watchdog', values: { model: 'alarm-clock' } })).rejects.toMatchObject({
    code: 'bad-input',
  });
  await expect(apply(id, { kind: 'add', device: 'watchdog', values: { strange: 1 } })).rejects.toMatchObject({ code: 'bad-input' });
  await expect(apply(id, { kind: 'add', device: 'trapdoor', values: {} })).rejects.toMatchObject({ code: 'bad-input' });
  await expect(apply(id, { kind: 'remove', device: 'watchdog:7' })).rejects.toMatchObject({ code: 'not-found' });
  expect(await inactive('refusing')).not.toContain('<watchdog');
});

test('a definition that is no guest’s yet has the same forms, and takes the same changes', async () => {
  const { id } = await tinyDomain(daemon, 'model');
  const definition = await inactive('model');
  const draft = GuestHardware.parse(await hardware.readDraft(definition));
  expect(draft.pages.map((page) => page.id)).toEqual((await read(id)).pages.map((page) => page.id));
  const { after, commands } = HardwarePlan.parse(await hardware.planDraft(definition, { kind: 'add', device: 'watchdog', values: {} }));
  expect(after).toContain('<watchdog model="i6300esb" action="reset"/>');
  expect(commands).toEqual([]);
  expect(await inactive('model')).toBe(definition);
  await expect(hardware.readDraft('<pool/>')).rejects.toMatchObject({ code: 'invalid-definition' });
});
