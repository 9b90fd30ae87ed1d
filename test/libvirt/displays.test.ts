import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import type { AskLogin } from '../../backends/login.ts';
import { startFirmwareGuest } from '../bed/firmware-guest.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo, unattended } from '../bed/unattended-connect.ts';
import { answering, displayInit, ExactReader, openSpice, seeSpice, seeVnc, spiceMessage } from './display-viewers.ts';

let daemon: PrivateLibvirtd;
let connection: HostConnection;
let sockets: string;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd({ libvirtdConf: 'auth_unix_ro = "none"' });
  // The guests' own user makes sockets there.
  sockets = join(daemon.dir, 'sockets');
  await mkdir(sockets);
  await chmod(sockets, 0o777);
  connection = await connectTo(daemon.uri);
  await connection.listGuests();
});
afterAll(async () => {
  await connection.close();
  await daemon.stop();
});

/** SOCKET stands for one of its own. */
async function guest(name: string, devices: string) {
  const socket = join(sockets, `${name.replaceAll(' ', '-')}.sock`);
  const started = await startFirmwareGuest(daemon, name, devices.replace('SOCKET', socket));
  onTestFinished(async () => void (await daemon.virsh('destroy', name).catch(() => undefined)));
  return started;
}

/** As somebody who may only look, to whom the host tells no password. */
async function looking() {
  const other = await libvirtBackend.connect(daemon.uri, { ...unattended(), readOnly: true });
  onTestFinished(() => other.close());
  return other;
}

test.each([
  ['at 127.0.0.1', `<graphics type='vnc' autoport='yes' listen='127.0.0.1'/>`],
  ['everywhere', `<graphics type='vnc' autoport='yes' listen='0.0.0.0'/>`],
  ['at a unix socket', `<graphics type='vnc'><listen type='socket' socket='SOCKET'/></graphics>`],
])('VNC is shown that listens %s, to several at once', async (where, graphics) => {
  const { id } = await guest(`vnc ${where}`, graphics);
  const first = await seeVnc(await connection.openConsole(id, 'vnc0', { force: false }));
  const second = await seeVnc(await connection.openConsole(id, 'vnc0', { force: false }));
  for (const { name, width } of [first, second]) {
    expect(name).toContain(`vnc ${where}`);
    expect(width).toBeGreaterThan(100);
  }
  await first.stream.close();
  await second.stream.close();
});

test('a password that the definition tells is used unasked; who may only look is asked, and asked again', async () => {
  const { id } = await guest('vnc-password', `<graphics type='vnc' autoport='yes' listen='127.0.0.1' passwd='opensesa'/>`);
  const seen = await seeVnc(await connection.openConsole(id, 'vnc0', { force: false }));
  await seen.stream.close();

  const other = await looking();
  const gaveUp = answering();
  await expect(other.openConsole(id, 'vnc0', { force: false, ask: gaveUp.ask })).rejects.toMatchObject({ code: 'auth-cancelled' });
  expect(gaveUp.asked).toEqual([{ kind: 'secret', what: 'password', prompt: 'The display of vnc-password', again: false }]);

  const wrong = answering('guess-1', 'guess-2', 'guess-3');
  const refusal = await other.openConsole(id, 'vnc0', { force: false, ask: wrong.ask }).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'auth-failed', remedy: expect.any(String) });
  expect(JSON.stringify(refusal)).not.toMatch(/guess-|opensesa/);

  const right = answering('wrong', 'opensesa');
  await (await seeVnc(await other.openConsole(id, 'vnc0', { force: false, ask: right.ask }))).stream.close();
  expect(right.asked).toMatchObject([{ again: false }, { again: true }]);
  // What was right once is known while the guest runs, and not any longer.
  const notAsked = answering();
  await (await seeVnc(await other.openConsole(id, 'vnc0', { force: false, ask: notAsked.ask }))).stream.close();
  expect(notAsked.asked).toEqual([]);
  await daemon.virsh('destroy', 'vnc-password');
  await daemon.virsh('start', 'vnc-password');
  await expect(other.openConsole(id, 'vnc0', { force: false, ask: notAsked.ask })).rejects.toMatchObject({ code: 'auth-cancelled' });
});

test('nobody is asked any more for a display that nobody wants any more', async () => {
  const { id } = await guest('vnc-unwanted', `<graphics type='vnc' autoport='yes' listen='127.0.0.1' passwd='opensesa'/>`);
  const other = await looking();
  const window = new AbortController();
  let withdrawn: AbortSignal | null = null;
  const ask: AskLogin = (_question, signal) =>
    new Promise((resolve) => {
      withdrawn = signal;
      signal.addEventListener('abort', () => resolve({ kind: 'refused' }), { once: true });
    });
  const opened = (signal?: AbortSignal) => {
    const outcome = other.openConsole(id, 'vnc0', { force: false, ask, signal });
    outcome.catch(() => undefined);
    return outcome;
  };
  const closed = opened(window.signal);
  await expect.poll(() => withdrawn).not.toBeNull();
  window.abort();
  await expect(closed).rejects.toMatchObject({ code: 'auth-cancelled' });
  withdrawn = null;
  const lost = opened();
  await expect.poll(() => withdrawn).not.toBeNull();
  await other.close();
  await expect(lost).rejects.toMatchObject({ code: 'connection-lost' });
});

test('a password that is not valid any more is said to be that', async () => {
  const passwd = `passwd='opensesa' passwdValidTo='2020-01-01T00:00:00'`;
  const { id } = await guest('vnc-expired', `<graphics type='vnc' autoport='yes' listen='127.0.0.1' ${passwd}/>`);
  await expect(connection.openConsole(id, 'vnc0', { force: false, ask: answering().ask })).rejects.toMatchObject({
    code: 'auth-failed',
    reason: expect.stringContaining('2020-01-01'),
  });
});

test('a display without a listener says so', async () => {
  const { id } = await guest('vnc-none', `<graphics type='vnc'><listen type='none'/></graphics>`);
  await expect(connection.openConsole(id, 'vnc0', { force: false })).rejects.toMatchObject({ code: 'unsupported' });
});

test.each([
  ['TCP', `<graphics type='spice' autoport='yes' listen='127.0.0.1'/>`],
  ['TCP everywhere', `<graphics type='spice' autoport='yes' listen='0.0.0.0'/>`],
  ['a unix socket', `<graphics type='spice'><listen type='socket' socket='SOCKET'/></graphics>`],
  ['a password', `<graphics type='spice' autoport='yes' listen='127.0.0.1' passwd='a longer password of SPICE'/>`],
])('the channels of SPICE are linked: %s', async (what, graphics) => {
  const { id } = await guest(`spice ${what}`, graphics);
  const { stream, session } = await seeSpice(await openSpice(connection, id));
  expect(session).toBeGreaterThan(0);
  const inputs = await openSpice(connection, id, { type: 'inputs', id: 0, session });
  // SPICE_MSG_INPUTS_INIT.
  expect(await spiceMessage(new ExactReader(inputs), 101)).toHaveLength(2);
  const display = await openSpice(connection, id, { type: 'display', id: 0, session });
  await display.write(displayInit());
  const cursor = await openSpice(connection, id, { type: 'cursor', id: 0, session });
  await expect(openSpice(connection, id, { type: 'playback', id: 0, session })).rejects.toMatchObject({ code: 'not-found' });
  await expect(openSpice(connection, id, { type: 'inputs', id: 0, session: (session ^ 1) >>> 0 })).rejects.toMatchObject({
    code: 'connection-lost',
  });
  for (const each of [stream, inputs, display, cursor]) await each.close();
});

test('SPICE’s password is asked for where it is not known', async () => {
  const { id } = await guest('spice-password', `<graphics type='spice' autoport='yes' listen='127.0.0.1' passwd='opensesame'/>`);
  const other = await looking();
  const { ask, asked } = answering('wrong', 'x'.repeat(100), 'opensesame');
  const { stream, session } = await seeSpice(await other.openConsole(id, 'spice0', { force: false, ask }));
  expect(asked).toMatchObject([{ again: false }, { again: true }, { again: true }]);
  await (await other.openConsole(id, 'spice0', { force: false, ask, channel: { type: 'inputs', id: 0, session } })).close();
  expect(asked).toHaveLength(3);
  await stream.close();
});

test.each([
  ['over TCP', `<graphics type='spice' autoport='yes' listen='127.0.0.1'/>`],
  ['over a unix socket', `<graphics type='spice'><listen type='socket' socket='SOCKET'/></graphics>`],
])('SPICE that another has is not taken from them unasked, %s', async (how, graphics) => {
  const { id } = await guest(`shared ${how}`, graphics);
  const another = await connectTo(daemon.uri);
  onTestFinished(() => another.close());
  await another.listGuests();
  const theirs = await seeSpice(await openSpice(another, id));
  const busy = () =>
    openSpice(connection, id).then(
      (stream) => stream.close().then(() => null),
      (error: unknown) => error,
    );
  await expect.poll(busy).toMatchObject({ code: 'console-busy', reason: expect.stringContaining('open from') });

  const ours = await seeSpice(await openSpice(connection, id, undefined, true));
  await theirs.reader.end();
  // We are nobody else.
  await expect.poll(busy).toBeNull();
  await ours.stream.close();
});
