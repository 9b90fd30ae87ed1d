import { expect, onTestFinished, test } from 'vitest';
import { startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { ChangeLog } from '../conformance/change-log.ts';
import { failure } from '../libvirt/ssh-bed.ts';
import { tinyDomain } from '../libvirt/tiny-domain.ts';

// Such a daemon leaves others at its door: that they are not let in shows by nothing but silence.
test('a daemon that takes one client has its guests started and ended over that one, and says why it shows no console', async () => {
  const daemon = await startPrivateLibvirtd({ libvirtdConf: 'max_clients = 1\nmax_anonymous_clients = 1' });
  onTestFinished(() => daemon.stop());
  const { id } = await tinyDomain(daemon, 'only');
  const connection = await connectTo(daemon.uri);
  onTestFinished(() => connection.close());
  const log = new ChangeLog(connection);
  const console = failure(connection.openConsole(id, 'serial0', { force: false }));
  await connection.act(id, 'start');
  await log.guest(id, ({ state }) => state === 'running');
  expect(await connection.listGuests()).toMatchObject([{ id, state: 'running' }]);
  expect(await console).toMatchObject({ code: 'busy', remedy: expect.stringContaining('max_clients') });
  expect(await connection.listGuests()).toHaveLength(1);
  await connection.act(id, 'force-off');
  await log.guest(id, ({ state }) => state === 'shut-off');
});
