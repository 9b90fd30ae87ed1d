import { expect, test } from 'vitest';
import { parseXml } from '../xml/document.ts';
import { DisplayClients } from './display-clients.ts';
import { displayOf } from './display-definition.ts';

const dom = { name: 'attic', uuid: '00000000-0000-4000-8000-000000000001', id: 1 };
const spice = (listen: string) => displayOf(parseXml(`<domain><devices><graphics type='spice' ${listen}/></devices></domain>`), 'spice0');
const tcp = spice(`port='5900' tlsPort='5901'`);
const unix = spice(`socket='/run/spice'`);
const [CONNECT, DISCONNECT] = [0, 2];

function setUp() {
  const clients = new DisplayClients();
  const tell = (phase: number, port: string, node: string, service: string) =>
    clients.tell({ dom, phase, local: { family: 0, node: '127.0.0.1', service: port }, remote: { family: 0, node, service } });
  const tellUnix = (phase: number) =>
    clients.tell({ dom, phase, local: { family: 2, node: '/run/spice', service: '' }, remote: { family: 2, node: '', service: '' } });
  const others = (display = tcp) => clients.others(dom.uuid, display);
  return { clients, tell, tellUnix, others };
}
const target = { kind: 'tcp', host: '127.0.0.1', port: 5900 } as const;

test('others are known by where they come from, once each, at either port, until they go', () => {
  const { tell, others } = setUp();
  expect(others()).toEqual([]);
  tell(CONNECT, '5900', '192.0.2.7', '1000');
  tell(CONNECT, '5901', '192.0.2.7', '1001');
  tell(CONNECT, '5902', '192.0.2.8', '1002');
  expect(others()).toEqual(['192.0.2.7']);
  tell(DISCONNECT, '5900', '192.0.2.7', '1000');
  expect(others()).toEqual(['192.0.2.7']);
  tell(DISCONNECT, '5901', '192.0.2.7', '1001');
  expect(others()).toEqual([]);
});

test('ours are known by their own address, whenever the host tells of them', () => {
  const { clients, tell, others } = setUp();
  const early = clients.visit(dom.uuid, target);
  tell(CONNECT, '5900', '127.0.0.1', '2000');
  early.arrived({ node: '127.0.0.1', service: '2000' });
  const late = clients.visit(dom.uuid, target);
  late.arrived({ node: '127.0.0.1', service: '2001' });
  tell(CONNECT, '5900', '127.0.0.1', '3000');
  tell(CONNECT, '5900', '127.0.0.1', '2001');
  expect(others()).toEqual(['127.0.0.1']);
  tell(DISCONNECT, '5900', '127.0.0.1', '3000');
  expect(others()).toEqual([]);
});

test('at the end of a tunnel the next to come is ours, and no more than that', () => {
  const { clients, tell, others } = setUp();
  clients.visit(dom.uuid, target).arrived(null);
  tell(CONNECT, '5900', '127.0.0.1', '4000');
  expect(others()).toEqual([]);
  tell(CONNECT, '5900', '127.0.0.1', '4001');
  expect(others()).toEqual(['127.0.0.1']);
});

test('one of ours that never got there makes no stranger ours', () => {
  const { clients, tell, others } = setUp();
  clients.visit(dom.uuid, target).over();
  tell(CONNECT, '5900', '127.0.0.1', '4000');
  expect(others()).toEqual(['127.0.0.1']);
});

test('those on a unix socket are counted', () => {
  const { clients, tellUnix, others } = setUp();
  const visit = clients.visit(dom.uuid, { kind: 'unix', path: '/run/spice' });
  visit.arrived(null);
  tellUnix(CONNECT);
  expect(others(unix)).toEqual([]);
  tellUnix(CONNECT);
  expect(others(unix)).toEqual(['']);
  visit.over();
  tellUnix(DISCONNECT);
  expect(others(unix)).toEqual(['']);
  tellUnix(DISCONNECT);
  expect(others(unix)).toEqual([]);
});

test('a guest that is switched off has nobody', () => {
  const { clients, tell, others } = setUp();
  tell(CONNECT, '5900', '192.0.2.7', '1000');
  clients.forget(dom.uuid);
  expect(others()).toEqual([]);
});
