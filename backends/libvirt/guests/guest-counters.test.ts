import { allMeasures, type GuestCounters } from '#model/sample';
import { expect, test } from 'vitest';
import { BackendError } from '../../errors.ts';
import { type Answer, answer, answeringCall } from '../../../test/fakes/answering-host.ts';
import { GuestMeter } from './guest-counters.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { remote } from '../protocol/remote.ts';
import type { TypedParameter } from '../protocol/typed-parameter.ts';

const uuid = '6695eb01-f6a4-8304-79aa-97f2502e193f';
const dom = { name: 'a', uuid, id: 1 };
const MiB = 1024 * 1024;

/** A host that gives these answers; its other calls are not supported. */
const hostWith = (answers: readonly Answer[], asked?: (procedure: unknown) => void) => ({
  call: answeringCall(answers, () => new BackendError('unsupported', 'not here'), asked),
});
const countGuests = (host: Pick<LibvirtHost, 'call'>, measures = allMeasures) => new GuestMeter(host).count(measures);

const numbers = (values: Readonly<Record<string, number>>): TypedParameter[] =>
  Object.entries(values).map(([field, value]) => ({ field, type: 'ullong', value: BigInt(value) }));

async function counted(values: Readonly<Record<string, number>>): Promise<GuestCounters | undefined> {
  const host = hostWith([answer(remote.connectGetAllDomainStats, { retStats: [{ dom, params: numbers(values) }] })]);
  const [counters] = await countGuests(host);
  return counters;
}

const basic = { 'cpu.time': 5000, 'vcpu.current': 2, 'balloon.current': 2048, 'balloon.maximum': 4096 };

test('disks and cards are added up, and nothing else is', async () => {
  const devices = {
    'block.count': 2,
    'block.0.rd.bytes': 10,
    'block.1.rd.bytes': 5,
    'block.0.wr.bytes': 7,
    'block.0.rd.times': 99,
    'block.11.wr.bytes': 1,
    'net.count': 1,
    'net.0.rx.bytes': 100,
    'net.0.rx.pkts': 3,
    'net.1.tx.bytes': 50,
    'vcpu.0.time': 77,
  };
  expect(await counted({ ...basic, ...devices })).toEqual({
    id: uuid,
    cpuTime: 5000,
    vcpus: 2,
    memoryUsed: 2 * MiB,
    memory: 4 * MiB,
    diskRead: 15,
    diskWritten: 8,
    netReceived: 100,
    netSent: 50,
  });
});

test.each([
  ['what the guest says is usable', { 'balloon.available': 3072, 'balloon.usable': 2048, 'balloon.unused': 512, 'balloon.rss': 100 }, 1],
  ['what an older guest says is unused', { 'balloon.available': 3072, 'balloon.unused': 1024, 'balloon.rss': 100 }, 2],
  ['what the host holds for it', { 'balloon.rss': 3072 }, 3],
  ['what the host holds, up to what it was given', { 'balloon.rss': 9999 }, 4],
  ['what it was given', {}, 2],
])('memory in use is %s', async (_name, balloon, mebibytes) => {
  expect((await counted({ ...basic, ...balloon }))?.memoryUsed).toBe(mebibytes * MiB);
});

test('what a driver leaves out of its statistics is not counted as nothing', async () => {
  const none = { diskRead: null, diskWritten: null, netReceived: null, netSent: null };
  expect(await counted(basic)).toMatchObject(none);
  expect(await counted({ ...basic, 'block.count': 0, 'net.count': 0 })).toMatchObject({
    diskRead: 0,
    diskWritten: 0,
    netReceived: 0,
    netSent: 0,
  });
});

const bareInfo = answer(remote.domainGetInfo, { state: 1, maxMem: 65_536n, memory: 270n, nrVirtCpu: 1, cpuTime: 42n });
const listed = (id: string) => answer(remote.connectListAllDomains, { domains: [{ ...dom, uuid: id }], ret: 1 });
const card = `<domain><devices><interface type='network'><target dev='vif1.0'/></interface></devices></domain>`;
const traffic = [
  answer(remote.domainBlockStats, { rdReq: 1n, rdBytes: 7n, wrReq: 1n, wrBytes: -1n, errs: -1n }),
  answer(remote.domainGetXmlDesc, { xml: card }),
  answer(remote.domainInterfaceStats, {
    rxBytes: 30n,
    rxPackets: 1n,
    rxErrs: 0n,
    rxDrop: 0n,
    txBytes: 40n,
    txPackets: 1n,
    txErrs: 0n,
    txDrop: 0n,
  }),
];

test('the disks and cards of such a driver are asked for too, and -1 is no count', async () => {
  const host = hostWith([listed(uuid), bareInfo, ...traffic]);
  expect(await countGuests(host)).toMatchObject([{ diskRead: 7, diskWritten: null, netReceived: 30, netSent: 40 }]);
});

test('what Xen’s own system reads and sends is the host’s, and not told', async () => {
  const host = hostWith([listed('00000000-0000-0000-0000-000000000000'), bareInfo, ...traffic]);
  expect(await countGuests(host)).toMatchObject([{ cpuTime: 42, diskRead: null, netReceived: null }]);
});

test('a driver without statistics is asked guest by guest', async () => {
  const asked: unknown[] = [];
  const info = answer(remote.domainGetInfo, { state: 1, maxMem: 65_536n, memory: 270n, nrVirtCpu: 1, cpuTime: 42n });
  const host = hostWith([answer(remote.connectListAllDomains, { domains: [dom], ret: 1 }), info], (procedure) => asked.push(procedure));
  const meter = new GuestMeter(host);
  expect(await meter.count(allMeasures)).toEqual([
    {
      id: uuid,
      cpuTime: 42,
      vcpus: 1,
      memoryUsed: 270 * 1024,
      memory: 64 * MiB,
      diskRead: null,
      diskWritten: null,
      netReceived: null,
      netSent: null,
    },
  ]);
  await meter.count(allMeasures);
  expect(asked.filter((procedure) => procedure === remote.connectGetAllDomainStats)).toHaveLength(1);
});

test('a guest that ends in between is not counted', async () => {
  const host = hostWith([answer(remote.connectListAllDomains, { domains: [dom], ret: 1 })]);
  expect(await countGuests(host)).toEqual([]);
});
