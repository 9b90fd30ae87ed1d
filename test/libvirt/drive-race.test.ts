import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HostConnection } from '../../backends/backend.ts';
import { guestRequest, plainSpec } from '../bed/guest-request.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo } from '../bed/unattended-connect.ts';

// Two people give one disk of a host away at once. Over TCP nothing of the host is asked but its daemon, so that this machine's own disk will do;
// no guest of it is ever started.

let daemon: PrivateLibvirtd;
let connections: HostConnection[];

beforeAll(async () => {
  daemon = await startPrivateLibvirtd({ listen: { tcp: true }, libvirtdConf: 'auth_tcp = "none"' });
  const uri = `qemu+tcp://127.0.0.1:${daemon.ports.tcp}/system`;
  connections = await Promise.all([connectTo(uri), connectTo(uri)]);
});
afterAll(async () => {
  await Promise.all(connections.map((each) => each.close()));
  await daemon?.stop();
});

const creationOf = ({ creation }: HostConnection) => {
  if (creation === null) throw new Error('this host makes guests');
  return creation;
};

test('one of them gets it, or nobody, and who does not is told whose it is', async (context) => {
  const [first] = connections;
  const drives = first === undefined ? [] : await creationOf(first).drives();
  const drive = drives.find(({ kind, why }) => kind === 'disk' && why === null) ?? context.skip('libvirt lists no disk of this machine');
  for (let turn = 0; turn < 3; turn += 1) {
    const wishes = connections.map((connection, at) => {
      const from = { kind: 'drive', drive: drive.id } as const;
      const spec = plainSpec(`racer-${at}`, { start: false, source: { kind: 'disk', from, into: null, size: null } });
      return creationOf(connection).create({ ...guestRequest(spec, '/'), drive }, quietOperation());
    });
    const ended = await Promise.allSettled(wishes);
    const made = (await daemon.virsh('list', '--all', '--name')).split('\n').filter((name) => name !== '');
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(made.length);
    expect(made.length).toBeLessThan(2);
    for (const end of ended) if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'in-use' });
    for (const name of made) await daemon.virsh('undefine', name);
  }
});
