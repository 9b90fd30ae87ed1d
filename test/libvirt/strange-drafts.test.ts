import { expect, onTestFinished, test } from 'vitest';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { ScriptedHost } from '../fakes/scripted-host.ts';

const own = '/usr/bin/qemu-system-x86_64';
const draft = (emulator: string, devices = '') =>
  `<domain type="kvm"><name>new</name><os><type arch="x86_64" machine="q35">hvm</type></os><devices><emulator>${emulator}</emulator>${devices}</devices></domain>`;

test('what a draft names as its emulator is started on the host only where the host names it too', async () => {
  const host = await ScriptedHost.start(0);
  const asked: (string | null)[] = [];
  host.daemon.answer(remote.connectGetCapabilities, () => ({
    capabilities: `<capabilities><guest><arch name="x86_64"><emulator>${own}</emulator></arch></guest></capabilities>`,
  }));
  host.daemon.answer(remote.connectGetDomainCapabilities, ({ emulatorbin }) => {
    asked.push(emulatorbin);
    return { capabilities: '<domainCapabilities/>' };
  });
  const connection = await connectTo(host.uri);
  onTestFinished(async () => {
    await connection.close();
    await host.close();
  });
  await connection.hardware?.readDraft(draft('/usr/sbin/poweroff'));
  await connection.hardware?.readDraft(draft(own));
  expect(asked).toEqual([null, own]);
  const crowded = draft(own, '<panic/>'.repeat(1001));
  await expect(connection.hardware?.readDraft(crowded)).rejects.toMatchObject({ code: 'invalid-definition' });
});
