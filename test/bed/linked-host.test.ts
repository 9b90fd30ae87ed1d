import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { linkHost, type LinkedHost } from './linked-host.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.ts';

const PORT = 7777;
let listener: ChildProcess;
let daemon: PrivateLibvirtd;
let link: LinkedHost;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd({ network: true });
  link = await linkHost(daemon, 1);
  const program = `require('node:net').createServer((s) => s.pipe(s)).listen(${PORT}, () => console.log('listening'))`;
  listener = spawn(daemon.enter[0], [...daemon.enter.slice(1), process.execPath, '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => listener.stdout?.once('data', resolve));
});
afterAll(async () => {
  listener.kill();
  await link.remove();
  await daemon.stop();
});

const reached = () =>
  new Promise<boolean>((resolve) => {
    const socket = connect(PORT, link.address).setTimeout(1000);
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket
      .on('connect', () => settle(true))
      .on('error', () => settle(false))
      .on('timeout', () => settle(false));
  });

test('the far end answers, is cut off in silence, and answers again', async () => {
  expect(await reached()).toBe(true);
  const standing = connect(PORT, link.address);
  await new Promise((resolve) => standing.once('connect', resolve));
  await link.cut();
  expect(await reached()).toBe(false);
  standing.write('anybody there?');
  await expect(
    Promise.race([new Promise((resolve) => standing.once('data', resolve)), new Promise((resolve) => setTimeout(resolve, 500, 'silence'))]),
  ).resolves.toBe('silence');
  expect(standing.destroyed).toBe(false);
  await link.restore();
  expect(await reached()).toBe(true);
  standing.destroy();
});
