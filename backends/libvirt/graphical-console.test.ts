import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { displayAddress, openDisplay } from './graphical-console.ts';
import { parseXml } from './xml/document.ts';

const address = (graphics: string, name = 'vnc0') => displayAddress(parseXml(`<domain><devices>${graphics}</devices></domain>`), name);

test.each([
  [
    `<graphics type='vnc' port='5900' listen='127.0.0.1'><listen type='address' address='127.0.0.1'/></graphics>`,
    { host: '127.0.0.1', port: 5900 },
  ],
  [
    `<graphics type='vnc' port='5901' listen='0.0.0.0'><listen type='address' address='0.0.0.0'/></graphics>`,
    { host: '127.0.0.1', port: 5901 },
  ],
  [`<graphics type='vnc' port='5902'><listen type='network' network='x' address='::'/></graphics>`, { host: '::1', port: 5902 }],
  [`<graphics type='vnc' port='5903'/>`, { host: '127.0.0.1', port: 5903 }],
  [`<graphics type='vnc' port='5904' listen='127.0.0.2'/>`, { host: '127.0.0.2', port: 5904 }],
  [`<graphics type='vnc'><listen type='socket' socket='/run/x/vnc.sock'/></graphics>`, { path: '/run/x/vnc.sock' }],
  [`<graphics type='vnc' socket='/run/y'/>`, { path: '/run/y' }],
])('%s', (graphics, expected) => {
  expect(address(graphics)).toEqual(expected);
});

test.each([
  ['a guest that is off', `<graphics type='vnc' port='-1' autoport='yes'/>`, 'vnc0', 'invalid-state'],
  ['SPICE', `<graphics type='spice' port='5900'/>`, 'spice0', 'unsupported'],
  ['no listener', `<graphics type='vnc'><listen type='none'/></graphics>`, 'vnc0', 'unsupported'],
  ['a listener elsewhere', `<graphics type='vnc' port='5900' listen='192.0.2.1'/>`, 'vnc0', 'unsupported'],
  ['an unknown name', `<graphics type='vnc' port='5900'/>`, 'vnc1', 'not-found'],
])('%s has no address, and says why', (_name, graphics, name, code) => {
  expect(() => address(graphics, name)).toThrow(expect.objectContaining({ code }));
});

test('carries bytes both ways until one side ends it', async () => {
  const server = createServer((socket) => socket.once('data', (bytes) => socket.end(`<${bytes.toString()}>`)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  const { stream, ended } = await openDisplay({ host: '127.0.0.1', port: bound.port });
  await stream.write(Buffer.from('hello'));
  let text = '';
  for await (const bytes of stream.read()) text += Buffer.from(bytes).toString();
  expect(text).toBe('<hello>');
  await ended;
  await stream.close();
  server.close();
  await expect(openDisplay({ host: '127.0.0.1', port: bound.port })).rejects.toMatchObject({ code: 'connection-lost' });
});
