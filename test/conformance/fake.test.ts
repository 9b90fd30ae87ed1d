import { FakeBackend } from '../../backends/fake/fake-backend.ts';
import { guestId } from '../../backends/fake/seed.ts';
import { GiB } from '../../backends/model/quantity.ts';
import { guestRequest, newDisk, onNetwork, plainSpec } from '../bed/guest-request.ts';
import { describeBackend, type TrialHost } from './backend.ts';
import { unattended } from '../bed/unattended-connect.ts';

async function openFake(): Promise<TrialHost> {
  const fake = new FakeBackend({ delay: 5 });
  const guest = guestId(3);
  return {
    guest,
    connect: (signal, readOnly) => fake.connect('fake://trial/', { ...unattended(signal), readOnly }),
    terminal: { name: 'serial0', awaits: /# $/, type: 'uname\r', answer: /Linux/ },
    startBehind: async () => fake.host('trial').update(guest, { state: 'running' }),
    async poolBehind(name) {
      fake.host('trial').pools.push({
        name,
        kind: 'dir',
        active: false,
        capacity: 0,
        available: 0,
        path: '/srv/behind',
        source: null,
        persistent: true,
        autostart: false,
      });
      fake.host('trial').stale('pools', 'volumes');
      return async () => {
        fake.host('trial').pools.pop();
        fake.host('trial').stale('pools', 'volumes');
      };
    },
    newFolder: '/srv/conformance',
    cut: async () => fake.dropConnection('trial'),
    creation: guestRequest(
      plainSpec('conformance', {
        firmware: 'uefi',
        vcpus: 2,
        memory: 2 * GiB,
        disks: [newDisk('default', 8 * GiB)],
        nics: [onNetwork('default')],
      }),
      '/srv/isos/debian-13.iso',
    ),
    close: async () => fake.dropConnection('trial'),
  };
}

describeBackend('fake', { open: openFake });
