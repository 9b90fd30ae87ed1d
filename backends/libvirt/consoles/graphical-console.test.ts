import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { nobodyToAsk } from '../../login.ts';
import { displayAddress, openDisplay } from './graphical-console.ts';
import { here } from '../transport/local-socket.ts';
import { openRoute } from '../transport/open-route.ts';
import { parseLibvirtUri } from '../transport/uri.ts';
import { parseXml } from '../xml/document.ts';

const address = (graphics: string, name = 'vnc0') => displayAddress(parseXml(`<domain><devices>${graphics}</devices></domain>`), name);

test.each([
  [
    `<graphics type='vnc' port='5900' listen='127.0.0.1'><listen type='address' address='127.0.0.1'/></graphics>`,
    { kind: 'tcp', host: '127.0.0.1', port: 5900 },
  ],
  [
    `<graphics type='vnc' port='5901' listen='0.0.0.0'><listen type='address' address='0.0.0.0'/></graphics>`,
    { kind: 'tcp', host: '0.0.0.0', port: 5901 },
  ],
  [
    `<graphics type='vnc' port='5902'><listen type='network' network='x' address='::'/></graphics>`,
    { kind: 'tcp', host: '::', port: 5902 },
  ],
  [`<graphics type='vnc' port='5903'/>`, { kind: 'tcp', host: '127.0.0.1', port: 5903 }],
  [`<graphics type='vnc' port='5904' listen='127.0.0.2'/>`, { kind: 'tcp', host: '127.0.0.2', port: 5904 }],
  [`<graphics type='vnc'><listen type='socket' socket='/run/x/vnc.sock'/></graphics>`, { kind: 'unix', path: '/run/x/vnc.sock' }],
  [`<graphics type='vnc' port='5905' listen='192.0.2.1'/>`, { kind: 'tcp', host: '192.0.2.1', port: 5905 }],
  [`<graphics type='vnc' socket='/run/y'/>`, { kind: 'unix', path: '/run/y' }],
])('%s', (graphics, expected) => {
  expect(address(graphics)).toEqual(expected);
});

test.each([
  ['a guest that is off', `<graphics type='vnc' port='-1' autoport='yes'/>`, 'vnc0', 'invalid-state'],
  ['SPICE', `<graphics type='spice' port='5900'/>`, 'spice0', 'unsupported'],
  ['no listener', `<graphics type='vnc'><listen type='none'/></graphics>`, 'vnc0', 'unsupported'],
  ['an unknown name', `<graphics type='vnc' port='5900'/>`, 'vnc1', 'not-found'],
])('%s has no address, and says why', (_name, graphics, name, code) => {
  expect(() => address(graphics, name)).toThrow(expect.objectContaining({ code }));
});

test.each(['127.0.0.1', '0.0.0.0'])('carries bytes to a listener at %s both ways until one side ends it', async (host) => {
  const server = createServer((socket) => socket.once('data', (bytes) => socket.end(`<${bytes.toString()}>`)));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  const route = await openRoute(parseLibvirtUri('qemu:///system'), { ask: nobodyToAsk, surroundings: here() });
  const target = { kind: 'tcp', host, port: bound.port } as const;
  const { stream, ended } = await openDisplay(route, target);
  await stream.write(Buffer.from('hello'));
  let text = '';
  for await (const bytes of stream.read()) text += Buffer.from(bytes).toString();
  expect(text).toBe('<hello>');
  await ended;
  await stream.close();
  server.close();
  await expect(openDisplay(route, target)).rejects.toMatchObject({ code: 'connection-lost' });
});
