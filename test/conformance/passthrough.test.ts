import { FakeBackend } from '../../backends/fake/fake-backend.ts';
import { guestId } from '../../backends/fake/seed.ts';
import { connectTo, unattended } from '../bed/unattended-connect.ts';
import { PassthroughHost } from '../fakes/passthrough-host.ts';
import { describePassthrough } from './passthrough.ts';

describePassthrough('fake', async () => {
  const fake = new FakeBackend({ delay: 1 });
  const connection = await fake.connect('fake://trial/', { ...unattended(new AbortController().signal), readOnly: false });
  return {
    connection,
    guest: guestId(3),
    group: ['0000:02:00.0', '0000:03:00.0'],
    leaveWithVfio: (address) => void fake.host('trial').withVfio.add(`pci_${address.replaceAll(/[:.]/g, '_')}`),
    close: () => connection.close(),
  };
});

describePassthrough('libvirt, a scripted daemon', async () => {
  const host = await PassthroughHost.start();
  const connection = await connectTo(host.uri);
  return {
    connection,
    guest: host.guest,
    group: ['0000:81:00.0', '0000:81:00.1'],
    leaveWithVfio: (address) => host.leaveWithVfio(address),
    async close() {
      await connection.close();
      await host.close();
    },
  };
});
