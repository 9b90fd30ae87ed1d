import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AgentChannels, HostConnection } from '../../backends/backend.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo } from '../bed/unattended-connect.ts';

let daemon: PrivateLibvirtd;
let connection: HostConnection;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  connection = await connectTo(daemon.uri);
});
afterAll(async () => {
  await connection.close();
  await daemon.stop();
});

function channels(): AgentChannels {
  if (connection.agentChannel === null) throw new Error('QEMU guests have agents');
  return connection.agentChannel;
}

/** One that has nothing to boot, which is enough to have devices. */
async function define(name: string, devices: string): Promise<{ id: string; graphics: string }> {
  const file = join(daemon.dir, `${name}.xml`);
  await writeFile(
    file,
    `<domain type="qemu"><name>${name}</name><memory unit="MiB">32</memory>
    <os><type arch="x86_64" machine="q35">hvm</type></os><devices><video><model type="vga"/></video>${devices}</devices></domain>`,
  );
  await daemon.virsh('define', file);
  const id = (await daemon.virsh('domuuid', name)).trim();
  const { consoles } = await connection.describeGuest(id);
  return { id, graphics: consoles.find(({ kind }) => kind !== 'serial')?.name ?? '' };
}

const VNC = '<graphics type="vnc" autoport="yes"/>';
const SPICE = '<graphics type="spice" autoport="yes"/>';
const PORTS = '<controller type="virtio-serial" index="0"/>';

test.each([
  ['VNC', VNC, /<channel type='qemu-vdagent'>[^]*<clipboard copypaste='yes'\/>[^]*name='com.redhat.spice.0'/],
  ['SPICE', SPICE, /<channel type='spicevmc'>[^]*name='com.redhat.spice.0'/],
])('the agent’s channel of a %s console is plugged into the running guest, and stays', async (kind, graphics, expected) => {
  const name = `plugged-${kind.toLowerCase()}`;
  const guest = await define(name, `${graphics}${PORTS}`);
  await daemon.virsh('start', name);
  expect(await channels().state(guest.id, guest.graphics)).toEqual({ kind: 'missing', addable: 'now' });
  expect(await channels().add(guest.id, guest.graphics)).toBe('now');
  expect(await channels().state(guest.id, guest.graphics)).toEqual({ kind: 'present' });
  expect(await daemon.virsh('dumpxml', name)).toMatch(expected);
  expect(await daemon.virsh('dumpxml', '--inactive', name)).toMatch(expected);
  // Asked once more, it is not added once more.
  expect(await channels().add(guest.id, guest.graphics)).toBe('now');
  expect((await daemon.virsh('dumpxml', name)).match(/<channel /g)).toHaveLength(1);
  await daemon.virsh('destroy', name);
});

test('into a guest without a controller for it, the channel comes with the next start', async () => {
  const guest = await define('later', VNC);
  await daemon.virsh('start', 'later');
  expect(await channels().state(guest.id, guest.graphics)).toEqual({ kind: 'missing', addable: 'next-start' });
  expect(await channels().add(guest.id, guest.graphics)).toBe('next-start');
  expect(await channels().state(guest.id, guest.graphics)).toEqual({ kind: 'next-start' });
  await daemon.virsh('destroy', 'later');
  await daemon.virsh('start', 'later');
  expect(await channels().state(guest.id, guest.graphics)).toEqual({ kind: 'present' });
  await daemon.virsh('destroy', 'later');
});

test('one agent serves one kind of console, and a definition may forbid it', async () => {
  const both = await define('both', `${SPICE}${VNC}<channel type="spicevmc"><target type="virtio" name="com.redhat.spice.0"/></channel>`);
  const vnc = (await connection.describeGuest(both.id)).consoles.find(({ kind }) => kind === 'vnc')?.name ?? '';
  expect(await channels().state(both.id, vnc)).toMatchObject({ kind: 'impossible', why: expect.stringMatching(/SPICE console$/) });
  await expect(channels().add(both.id, vnc)).rejects.toMatchObject({ code: 'unsupported' });
  const spice = (await connection.describeGuest(both.id)).consoles.find(({ kind }) => kind === 'spice')?.name ?? '';
  expect(await channels().state(both.id, spice)).toEqual({ kind: 'present' });
  const mute = await define(
    'mute',
    `<graphics type="spice" autoport="yes"><clipboard copypaste="no"/></graphics>
    <channel type="spicevmc"><target type="virtio" name="com.redhat.spice.0"/></channel>`,
  );
  expect(await channels().state(mute.id, mute.graphics)).toMatchObject({ kind: 'impossible', why: expect.stringContaining('copypaste') });
});
