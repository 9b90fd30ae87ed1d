import type { GuestId } from '#model/guest';
import type { Inspection } from '#model/inspection';
import type { Inspector } from '../backend.ts';
import { BackendError } from '../errors.ts';
import type { FakeHost } from './fake-host.ts';

/** Steps of a look into disks; each takes the time that an answer takes. */
const STEPS = 10;

/** Finds on each disk a Debian with many packages, one of them with a name that nobody should believe. */
export function fakeInspector(host: FakeHost, alive: () => void): Inspector {
  const disksOf = (id: GuestId) =>
    host
      .find(id)
      .details()
      .disks.filter(({ kind, source }) => kind === 'disk' && source !== null);
  const isRunning = (id: GuestId) => host.find(id).alive;
  const reach = async (step: 'describe' | 'inspect', signal?: AbortSignal): Promise<void> => {
    alive();
    await host.reach(step, signal);
    alive();
  };
  return {
    outlook: async (id) => {
      await reach('describe');
      const disks = disksOf(id).map(({ target, source }) => ({ target, source: source ?? '' }));
      return { disks, left: [], running: isRunning(id), command: `fake inspect ${host.find(id).guest.name}` };
    },
    inspect: async (id, { report, signal }) => {
      if (disksOf(id).length === 0) throw new BackendError('unsupported', 'The guest has no disk that could be looked into.');
      for (let step = 0; step < STEPS; step++) {
        report(`Reading the disks from the host: ${step * 4} MiB so far`, null);
        await reach('inspect', signal);
      }
      return {
        ...found,
        at: Date.now(),
        running: isRunning(id),
        systems: found.systems.map((one) => ({ ...one, hostname: host.find(id).guest.name })),
      };
    },
  };
}

const application = (name: string, version: string, summary: string | null) => ({ name, version, arch: 'amd64', publisher: null, summary });

const found: Inspection = {
  at: 0,
  running: false,
  systems: [
    {
      name: 'Debian GNU/Linux 13 (trixie)',
      shortId: 'debian13',
      version: '13.1',
      hostname: null,
      arch: 'x86_64',
      packages: 'deb',
      mounts: [
        { path: '/', device: '/dev/sda1', filesystem: 'ext4' },
        { path: '/boot/efi', device: '/dev/sda15', filesystem: 'vfat' },
      ],
      applications: [
        application('adduser', '3.152', 'add and remove users and groups'),
        application('bash', '5.2.37-2+b5', 'GNU Bourne Again SHell'),
        application('evil\u202egnp.exe', '1:0-1', '\u001b[31mnot what it seems'),
        ...Array.from({ length: 2000 }, (_, index) =>
          application(`lib${String(index).padStart(4, '0')}-common`, `${index % 9}.${index % 7}-1`, `shared files of library ${index}`),
        ),
        application('openssh-server', '1:10.0p1-7', 'secure shell (SSH) server, for secure access from remote machines'),
      ],
      cut: false,
    },
  ],
};
