import { expect, test } from 'vitest';
import { BackendError } from '../../errors.ts';
import type { Procedure } from '../protocol/procedure.ts';
import { remote } from '../protocol/remote.ts';
import { DomainsTime } from './domains-time.ts';
import type { LibvirtHost } from './libvirt-host.ts';
import { nodeMemoryReader } from './node-memory.ts';
import { decode } from '../xdr/codec.ts';
import { XdrWriter } from '../xdr/cursor.ts';

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
function hostWith(answers: ReadonlyMap<unknown, (args: unknown) => Uint8Array>): Pick<LibvirtHost, 'call' | 'facts'> {
  return {
    facts,
    async call<A, R>(procedure: Procedure<A, R>, args: A): Promise<R> {
      const answer = answers.get(procedure);
      if (answer === undefined) throw new BackendError('unsupported', 'not here');
      return decode(procedure.result, answer(args)).value;
    },
  };
}

function bytes<A, R>(procedure: Procedure<A, R>, value: R): Uint8Array {
  const writer = new XdrWriter();
  procedure.result.write(writer, value);
  return writer.finish();
}

const CONTROL = '00000000-0000-0000-0000-000000000000';
const OTHER = '6695eb01-f6a4-8304-79aa-97f2502e193f';
const domain = (uuid: string) => ({ name: uuid, uuid, id: 1 });
const info = (cpuTime: bigint) => bytes(remote.domainGetInfo, { state: 1, maxMem: 1n, memory: 1n, nrVirtCpu: 1, cpuTime });

test('a host that tells nothing of its memory but what is free has the rest in use', async () => {
  const host = hostWith(
    new Map<unknown, () => Uint8Array>([[remote.nodeGetFreeMemory, () => bytes(remote.nodeGetFreeMemory, { freeMem: 1024n })]]),
  );
  expect(await nodeMemoryReader(host)()).toEqual({ total: 4096, available: 1024 });
  await expect(nodeMemoryReader(hostWith(new Map()))()).rejects.toMatchObject({ code: 'unsupported' });
});

test('the processors of Xen were busy with what its domains have used, also after one came or went', async () => {
  let domains = [CONTROL];
  const times = new Map([
    [CONTROL, 500n],
    [OTHER, 90n],
  ]);
  const host = hostWith(
    new Map<unknown, (args: unknown) => Uint8Array>([
      [remote.connectListAllDomains, () => bytes(remote.connectListAllDomains, { domains: domains.map(domain), ret: domains.length })],
      [remote.domainGetInfo, (args) => info(times.get(JSON.stringify(args).includes(OTHER) ? OTHER : CONTROL) ?? 0n)],
    ]),
  );
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
  const answers = new Map([
    [remote.connectListAllDomains, () => bytes(remote.connectListAllDomains, { domains: [domain(OTHER)], ret: 1 })],
  ]);
  await expect(new DomainsTime(hostWith(answers)).read()).rejects.toMatchObject({ code: 'unsupported' });
});
