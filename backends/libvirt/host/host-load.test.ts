import { expect, test } from 'vitest';
import { type Answer, answer, answerBy, answeringCall } from '../../../test/fakes/answering-host.ts';
import { BackendError } from '../../errors.ts';
import { remote } from '../protocol/remote.ts';
import { DomainsTime } from './domains-time.ts';
import type { LibvirtHost } from './libvirt-host.ts';
import { nodeMemoryReader } from './node-memory.ts';

const facts: LibvirtHost['facts'] = {
  hostname: 'attic',
  hypervisor: 'Xen',
  hypervisorVersion: '4.17.0',
  daemonVersion: '9.0.0',
  arch: 'x86_64',
  cpus: 2,
  cpuModel: null,
  memory: 4096,
};

/** A host that answers these; it knows no other call. */
const hostWith = (answers: readonly Answer[], asked?: (procedure: unknown) => void) => ({
  facts,
  call: answeringCall(answers, () => new BackendError('unsupported', 'not here'), asked),
});

const CONTROL = '00000000-0000-0000-0000-000000000000';
const OTHER = '6695eb01-f6a4-8304-79aa-97f2502e193f';
const domain = (uuid: string) => ({ name: uuid, uuid, id: 1 });
const info = (cpuTime: bigint) => ({ state: 1, maxMem: 1n, memory: 1n, nrVirtCpu: 1, cpuTime });

test('a host that tells nothing of its memory but what is free has the rest in use', async () => {
  const asked: unknown[] = [];
  const host = hostWith([answer(remote.nodeGetFreeMemory, { freeMem: 1024n })], (procedure) => asked.push(procedure));
  const read = nodeMemoryReader(host);
  expect(await read()).toEqual({ total: 4096, available: 1024 });
  await read();
  // Each no is a line in the daemon's log.
  expect(asked.filter((procedure) => procedure === remote.nodeGetMemoryStats)).toHaveLength(1);
  await expect(nodeMemoryReader(hostWith([]))()).rejects.toMatchObject({ code: 'unsupported' });
});

test('the processors of Xen were busy with what its domains have used, also after one came or went', async () => {
  let domains = [CONTROL];
  const times = new Map([
    [CONTROL, 500n],
    [OTHER, 90n],
  ]);
  const host = hostWith([
    answerBy(remote.connectListAllDomains, () => ({ domains: domains.map(domain), ret: domains.length })),
    answerBy(remote.domainGetInfo, (args) => info(times.get(JSON.stringify(args).includes(OTHER) ? OTHER : CONTROL) ?? 0n)),
  ]);
  const time = new DomainsTime(host);
  const busy = async () => (await time.read()).busy;
  expect(await busy()).toBe(0n);
  times.set(CONTROL, 520n);
  domains = [CONTROL, OTHER];
  expect(await busy()).toBe(20n);
  times.set(OTHER, 100n);
  expect(await busy()).toBe(30n);
  domains = [CONTROL];
  times.set(CONTROL, 521n);
  expect(await busy()).toBe(31n);
});

test('where the host’s own system is no domain, the domains’ time says nothing of it', async () => {
  const answers = [answer(remote.connectListAllDomains, { domains: [domain(OTHER)], ret: 1 })];
  await expect(new DomainsTime(hostWith(answers)).read()).rejects.toMatchObject({ code: 'unsupported' });
});
