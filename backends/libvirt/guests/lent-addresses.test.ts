import { expect, test } from 'vitest';
import { answer, answerBy, answeringCall } from '../../../test/fakes/answering-host.ts';
import { BackendError } from '../../errors.ts';
import { remote } from '../protocol/remote.ts';
import { parseXml } from '../xml/document.ts';
import { lentAddresses } from './lent-addresses.ts';

const dom = { name: 'web', uuid: '11111111-2222-4333-8444-555555555555', id: 7 };
const net = { name: 'default', uuid: '11111111-2222-4333-8444-666666666666' };
const card = (network: string, mac: string) =>
  `<interface type="network"><mac address="${mac}"/><source network="${network}"/></interface>`;
const guest = parseXml(
  `<domain><devices>${card('default', '52:54:00:AA:00:01')}${card('default', '52:54:00:aa:00:02')}
   <interface type="bridge"><mac address="52:54:00:aa:00:03"/><source bridge="br0"/></interface></devices></domain>`,
);
const lease = (mac: string | null, ipaddr: string) => ({
  iface: 'virbr0',
  expirytime: 0n,
  type: 0,
  mac,
  iaid: null,
  ipaddr,
  prefix: 24,
  hostname: null,
  clientid: null,
});
const refuse = (code: 'unsupported' | 'invalid-state') => () => new BackendError(code, 'Not here.');

test('where the driver tells no addresses, the networks of the guest’s cards are asked, each once', async () => {
  let asked = 0;
  const leases = answerBy(remote.networkGetDhcpLeases, () => {
    asked += 1;
    return { leases: [lease('52:54:00:aa:00:01', '10.0.0.7'), lease('52:54:00:aa:00:99', '10.0.0.9'), lease(null, '10.0.0.8')], ret: 3 };
  });
  const job = answeringCall([answer(remote.networkLookupByName, { net }), leases], refuse('unsupported'));
  expect(Object.fromEntries(await lentAddresses({ job }, dom, Promise.resolve(guest)))).toEqual({
    '52:54:00:aa:00:01': ['10.0.0.7'],
    '52:54:00:aa:00:02': [],
  });
  expect(asked).toBe(1);
});

test('a driver that tells them is believed, and any other refusal of it is told', async () => {
  const told = { ifaces: [{ name: 'vnet0', hwaddr: '52:54:00:AA:00:01', addrs: [{ type: 0, addr: '10.0.0.7', prefix: 24 }] }] };
  const job = answeringCall([answer(remote.domainInterfaceAddresses, told)], refuse('unsupported'));
  expect(Object.fromEntries(await lentAddresses({ job }, dom, Promise.resolve(guest)))).toEqual({ '52:54:00:aa:00:01': ['10.0.0.7'] });
  const other = answeringCall([], refuse('invalid-state'));
  await expect(lentAddresses({ job: other }, dom, Promise.resolve(guest))).rejects.toMatchObject({ code: 'invalid-state' });
});
