import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRelay } from '../../build/setup/libvirt-relay.mjs';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo } from '../bed/unattended-connect.ts';

let daemon: PrivateLibvirtd;
beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
});
afterAll(() => daemon.stop());

/** Of a guest with each of them. */
async function definition(): Promise<string> {
  // libvirt's test driver takes every sort of display; QEMU's of this version knows no RDP.
  const file = join(daemon.dir, 'shown-elsewhere.xml');
  await writeFile(
    file,
    `<node><domain type="test"><name>elsewhere</name><memory>65536</memory><vcpu>1</vcpu><os><type>hvm</type></os><devices>
      <graphics type="rdp" port="3389" autoport="no"><listen type="address" address="127.0.0.1"/></graphics>
      <graphics type="spice"><listen type="none"/><gl enable="yes"/></graphics>
      <graphics type="vnc" port="5901"/>
    </devices></domain></node>`,
  );
  return file;
}

test('displays that cannot be shown here are told with what shows them, and are not opened', async () => {
  const connection = await connectTo(`test+unix://${await definition()}?socket=${daemon.socket}`);
  try {
    const [guest] = await connection.listGuests();
    const id = guest?.id ?? '';
    const { consoles } = await connection.describeGuest(id);
    expect(consoles.map(({ kind, title }) => [kind, title])).toEqual([
      ['vnc', 'VNC display'],
      ['external', 'Remote desktop (RDP)'],
      ['external', 'SPICE display with OpenGL'],
    ]);
    const rdp = consoles[1];
    expect(rdp).toMatchObject({ opens: { kind: 'rdp', at: '127.0.0.1:3389' } });
    await expect(connection.openConsole(id, rdp?.name ?? '', { force: false })).rejects.toMatchObject({ code: 'unsupported' });
    await expect(connection.viewerFile(id, rdp?.name ?? '')).rejects.toMatchObject({ code: 'unsupported' });
  } finally {
    await connection.close();
  }
});

test('through the relay that root has for a window without an account, what is handed over as open files is offered to no program', async () => {
  const me = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, home: '/', name: undefined };
  const relay = await openRelay(me, [daemon.socket]);
  try {
    const connection = await connectTo(relay.uri.replace('qemu:///system', `test+unix://${await definition()}`));
    try {
      const [guest] = await connection.listGuests();
      const { consoles } = await connection.describeGuest(guest?.id ?? '');
      expect(consoles.find(({ title }) => title === 'SPICE display with OpenGL')).toMatchObject({ opens: null, command: null });
      expect(consoles.find(({ title }) => title === 'Remote desktop (RDP)')).toMatchObject({ opens: { kind: 'rdp' } });
    } finally {
      await connection.close();
    }
  } finally {
    relay.close();
  }
});
