import { expect, test } from 'vitest';
import { parseXml } from '../xml/document.ts';
import { displayOf, passwordOf } from './display-definition.ts';

const domain = (graphics: string) => parseXml(`<domain><devices>${graphics}</devices></domain>`);
const tcp = (host: string, port: number) => ({ kind: 'tcp', host, port });

test.each([
  [`<graphics type='vnc' port='5900' listen='127.0.0.1'><listen type='address' address='127.0.0.1'/></graphics>`, tcp('127.0.0.1', 5900)],
  [`<graphics type='vnc' port='5901' listen='0.0.0.0'><listen type='address' address='0.0.0.0'/></graphics>`, tcp('0.0.0.0', 5901)],
  [`<graphics type='vnc' port='5902'><listen type='network' network='x' address='::'/></graphics>`, tcp('::', 5902)],
  [`<graphics type='vnc' port='5903'/>`, tcp('127.0.0.1', 5903)],
  [`<graphics type='vnc' port='5904' listen='127.0.0.2'/>`, tcp('127.0.0.2', 5904)],
  [`<graphics type='vnc'><listen type='socket' socket='/run/x/vnc.sock'/></graphics>`, { kind: 'unix', path: '/run/x/vnc.sock' }],
  [`<graphics type='vnc' port='5905' listen='192.0.2.1'/>`, tcp('192.0.2.1', 5905)],
  [`<graphics type='vnc' socket='/run/y'/>`, { kind: 'unix', path: '/run/y' }],
])('%s', (graphics, expected) => {
  expect(displayOf(domain(graphics), 'vnc0')).toMatchObject({ kind: 'vnc', plain: expected, tls: null });
});

test('SPICE has two ports, and channels that want one of them', () => {
  const display = displayOf(
    domain(`<graphics type='spice' port='5900' tlsPort='5901' listen='::' defaultMode='secure'><channel name='inputs' mode='insecure'/>
      <channel name='cursor' mode='any'/></graphics>`),
    'spice0',
  );
  expect(display).toMatchObject({ kind: 'spice', plain: tcp('::', 5900), tls: tcp('::', 5901) });
  expect(['main', 'inputs', 'cursor'].map(display.channelMode)).toEqual(['secure', 'insecure', 'any']);
  expect(displayOf(domain(`<graphics type='spice' port='-1' tlsPort='5902'/>`), 'spice0')).toMatchObject({ plain: null });
});

test.each([
  ['a guest that is off', `<graphics type='vnc' port='-1' autoport='yes'/>`, 'vnc0', 'invalid-state'],
  ['a guest that is off, with SPICE', `<graphics type='spice' autoport='yes'/>`, 'spice0', 'invalid-state'],
  ['a port that is none', `<graphics type='vnc' port='65536'/>`, 'vnc0', 'invalid-state'],
  ['no listener', `<graphics type='vnc'><listen type='none'/></graphics>`, 'vnc0', 'unsupported'],
  ['an unknown name', `<graphics type='vnc' port='5900'/>`, 'vnc1', 'not-found'],
])('%s has no address, and says why', (_name, graphics, name, code) => {
  expect(() => displayOf(domain(graphics), name)).toThrow(expect.objectContaining({ code }));
});

test('a password is read with its end, in universal time', () => {
  const of = (attributes: string) => passwordOf(domain(`<graphics type='vnc' ${attributes}/>`), 'vnc0');
  expect(of('')).toBeNull();
  expect(of(`passwd=''`)).toBeNull();
  expect(of(`passwd='open'`)).toEqual({ text: 'open', validTo: null });
  expect(of(`passwd='open' passwdValidTo='2030-04-09T15:51:00'`)?.validTo?.toISOString()).toBe('2030-04-09T15:51:00.000Z');
  expect(of(`passwd='open' passwdValidTo='soon'`)).toEqual({ text: 'open', validTo: null });
});
