import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import {
  connectionEvents,
  domainEvents,
  networkEvents,
  nodeDeviceEvents,
  type RegisteredEvent,
  secretEvents,
  storagePoolEvents,
} from '../../backends/libvirt/protocol/events.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import type { GuestNotice } from '../../backends/model/guest.ts';
import type { StaleKind } from '../../backends/model/inventory.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { ChangeLog } from '../conformance/change-log.ts';
import { guestUuid, ScriptedHost } from '../fakes/scripted-host.ts';

let host: ScriptedHost;
let connection: HostConnection;
let log: ChangeLog;
const notices: GuestNotice[] = [];
const stale = new Set<StaleKind>();
const callbackId = 0;

beforeEach(async () => {
  host = await ScriptedHost.start(1);
  connection = await connectTo(host.uri);
  log = new ChangeLog(connection);
  notices.length = 0;
  stale.clear();
  connection.onNotice((notice) => notices.push(notice));
  connection.onStale((what) => what.forEach((kind) => stale.add(kind)));
  await connection.listGuests();
  await connection.networks?.listNetworks();
});
afterEach(async () => {
  await connection.close();
  await host.close();
});

const main = () => {
  const [peer] = host.daemon.peers;
  if (peer === undefined) throw new Error('nobody has connected');
  return peer;
};
const dom = () => host.domain(0).dom;
const send = <Payload>(event: RegisteredEvent<Payload>, payload: Payload) => main().event(event, payload);

test('every event of a guest is asked for, but those that say the same twice', () => {
  const asked = main()
    .calls(remote.connectDomainEventCallbackRegisterAny)
    .map(({ payload }) => payload.readInt32BE(0));
  const { ioError, blockJob, ...others } = domainEvents;
  const wanted = Object.values(others).map(({ eventId }) => eventId);
  expect(asked.sort((a, b) => a - b)).toEqual(wanted.sort((a, b) => a - b));
  expect([ioError, blockJob].map(({ eventId }) => eventId)).toEqual([4, 8]);
});

test('after an event the guest is read again', async () => {
  await expect.poll(() => log.count(guestUuid(0))).toBe(0);
  const events: (() => void)[] = [
    () => send(domainEvents.agentLifecycle, { callbackId, dom: dom(), state: 1, reason: 0 }),
    () => send(domainEvents.blockJob2, { callbackId, dom: dom(), dst: 'vda', type: 1, status: 0 }),
    () => send(domainEvents.jobCompleted, { callbackId, dom: dom(), params: [] }),
    () => send(domainEvents.tunable, { callbackId, dom: dom(), params: [] }),
    () => send(domainEvents.nicMacChange, { callbackId, dom: dom(), alias: 'net0', oldMac: '', newMac: '' }),
    () => send(domainEvents.rtcChange, { callbackId, dom: dom(), offset: 5n }),
  ];
  for (const [index, happen] of events.entries()) {
    happen();
    await expect.poll(() => log.count(guestUuid(0))).toBe(index + 1);
  }
  expect(notices).toEqual([]);
});

test('what befalls a guest is told as a sentence', async () => {
  send(domainEvents.ioErrorReason, {
    callbackId,
    dom: dom(),
    srcPath: '/srv/a.qcow2',
    devAlias: 'virtio-disk0',
    action: 1,
    reason: 'enospc',
  });
  send(domainEvents.lifecycle, { callbackId, dom: dom(), event: 8, detail: 0 });
  send(domainEvents.lifecycle, { callbackId, dom: dom(), event: 5, detail: 5 });
  send(domainEvents.lifecycle, { callbackId, dom: dom(), event: 5, detail: 1 });
  send(domainEvents.watchdog, { callbackId, dom: dom(), action: 2 });
  send(domainEvents.deviceRemovalFailed, { callbackId, dom: dom(), devAlias: 'net0' });
  send(domainEvents.memoryFailure, { callbackId, dom: dom(), recipient: 1, action: 2, flags: 0 });
  await expect.poll(() => notices.length).toBe(6);
  expect(notices.every(({ id, name }) => id === guestUuid(0) && name === 'guest-0')).toBe(true);
  expect(notices.map(({ severity, message }) => [severity, message])).toEqual([
    ['danger', 'The guest was paused because of its disk /srv/a.qcow2: there is no space left.'],
    ['danger', 'The guest has crashed.'],
    ['danger', 'The guest ended because its hypervisor failed.'],
    ['warning', 'The guest’s watchdog got no sign of life: it was reset.'],
    ['warning', 'The guest did not let go of the device net0.'],
    ['danger', 'A part of the host’s memory that the guest uses is broken (fatal).'],
  ]);
});

test('a guest that runs on without its host is told of, not one that has ended', async () => {
  host.daemon.answer(remote.domainGetState, () => ({ state: 5, reason: 1 }));
  send(domainEvents.controlError, { callbackId, dom: dom() });
  await expect.poll(() => main().calls(remote.domainGetState).length, { timeout: 10_000 }).toBeGreaterThan(0);
  const before = main().calls(remote.domainGetState).length;
  host.daemon.answer(remote.domainGetState, () => ({ state: 1, reason: 1 }));
  send(domainEvents.controlError, { callbackId, dom: dom() });
  await expect.poll(() => notices.length, { timeout: 10_000 }).toBe(1);
  expect(main().calls(remote.domainGetState).length).toBeGreaterThan(before);
  expect(notices[0]?.message).toMatch(/^The host has lost control of the guest/);
});

test('events of all other kinds make stale what they are about', async () => {
  const named = { name: 'it', uuid: guestUuid(9) };
  const secret = { uuid: guestUuid(9), usageType: 0, usageId: '' };
  const expectStale = async (happen: () => void, ...kinds: StaleKind[]) => {
    stale.clear();
    happen();
    await expect.poll(() => [...stale].sort()).toEqual(kinds.sort());
  };
  await expectStale(() => send(networkEvents.lifecycle, { callbackId, net: named, event: 2, detail: 0 }), 'networks', 'interfaces');
  await expectStale(() => send(networkEvents.metadataChange, { callbackId, net: named, type: 0, nsuri: null }), 'networks');
  await expectStale(() => send(storagePoolEvents.lifecycle, { callbackId, pool: named, event: 2, detail: 0 }), 'pools', 'volumes');
  await expectStale(() => send(storagePoolEvents.refresh, { callbackId, pool: named }), 'pools', 'volumes');
  await expectStale(() => send(nodeDeviceEvents.lifecycle, { callbackId, dev: named, event: 0, detail: 0 }), 'devices', 'interfaces');
  await expectStale(() => send(nodeDeviceEvents.update, { callbackId, dev: named }), 'devices');
  await expectStale(() => send(secretEvents.lifecycle, { callbackId, secret, event: 0, detail: 0 }), 'secrets');
  await expectStale(() => send(secretEvents.valueChanged, { callbackId, secret }), 'secrets');
});

test('a daemon that has lost its hypervisor ends the connection, with a reason', async () => {
  main().event(connectionEvents.closed, { reason: 1 });
  expect(await connection.closed).toMatchObject({ code: 'connection-lost' });
});
