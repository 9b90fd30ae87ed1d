import { describe, expect, test } from 'vitest';
import { chooseLocalSocket, findDaemon, type Surroundings } from './local-socket.ts';
import { parseLibvirtUri } from './uri.ts';

const RUN = '/var/run/libvirt';

function place({ files = [], ...rest }: Partial<Surroundings> & { readonly files?: readonly string[] } = {}): Surroundings {
  return {
    environment: { XDG_RUNTIME_DIR: '/run/user/1000' },
    uid: 1000,
    home: '/home/me',
    exists: (path) => files.includes(path),
    ...rest,
  };
}
const choose = (uri: string, surroundings: Surroundings) => chooseLocalSocket(parseLibvirtUri(uri), surroundings);

describe('the system', () => {
  test('has modular daemons where their socket is', () => {
    const both = place({ files: [`${RUN}/virtqemud-sock`, `${RUN}/libvirt-sock`] });
    expect(choose('qemu:///system', both)).toEqual({ path: `${RUN}/virtqemud-sock`, session: false, daemon: 'virtqemud', driver: 'qemu' });
    expect(choose('qemu:///system?mode=legacy', both)).toEqual({
      path: `${RUN}/libvirt-sock`,
      session: false,
      daemon: 'libvirtd',
      driver: 'qemu',
    });
    expect(choose('lxc:///system', both).path).toBe(`${RUN}/libvirt-sock`);
  });

  test('has the monolithic one where only that is', () => {
    const legacy = place({ files: [`${RUN}/libvirt-sock`] });
    expect(choose('qemu:///system', legacy).path).toBe(`${RUN}/libvirt-sock`);
    expect(choose('qemu:///system?mode=direct', legacy).path).toBe(`${RUN}/virtqemud-sock`);
  });

  test('without any socket it goes by the programs, then by upstream', () => {
    expect(choose('qemu:///system', place({ files: ['/usr/sbin/libvirtd'] })).daemon).toBe('libvirtd');
    expect(choose('qemu:///system', place({ files: ['/usr/sbin/libvirtd', '/usr/sbin/virtqemud'] })).daemon).toBe('virtqemud');
    expect(choose('qemu:///system', place()).daemon).toBe('virtqemud');
  });
});

describe('who only looks', () => {
  const look = (uri: string, surroundings: Surroundings) => chooseLocalSocket(parseLibvirtUri(uri), surroundings, true).path;

  test('has sockets of the system of their own', () => {
    const files = [`${RUN}/virtqemud-sock`, `${RUN}/virtqemud-sock-ro`, `${RUN}/libvirt-sock`, `${RUN}/libvirt-sock-ro`];
    expect(look('qemu:///system', place({ files }))).toBe(`${RUN}/virtqemud-sock-ro`);
    expect(look('lxc:///system', place({ files }))).toBe(`${RUN}/libvirt-sock-ro`);
  });

  test('has none in a session, and may name one', () => {
    expect(look('qemu:///session', place({ files: ['/usr/sbin/libvirtd'] }))).toBe('/run/user/1000/libvirt/libvirt-sock');
    expect(look('qemu:///system?socket=/tmp/sock', place())).toBe('/tmp/sock');
  });
});

test.each(['qemu', 'lxc', 'xen', 'vbox', 'ch', 'bhyve', 'vz'])('%s has a modular daemon', (driver) => {
  const files = [`${RUN}/virt${driver}d-sock`, `${RUN}/libvirt-sock`];
  expect(choose(`${driver}:///system`, place({ files }))).toMatchObject({
    path: `${RUN}/virt${driver}d-sock`,
    daemon: `virt${driver}d`,
    driver,
  });
});

describe('the session', () => {
  test("is in the runtime folder, else in the cache's", () => {
    const files = ['/usr/sbin/libvirtd'];
    expect(choose('qemu:///session', place({ files }))).toEqual({
      path: '/run/user/1000/libvirt/libvirt-sock',
      session: true,
      daemon: 'libvirtd',
      driver: 'qemu',
    });
    expect(choose('qemu:///session', place({ files, environment: { XDG_CACHE_HOME: '/c' } })).path).toBe('/c/libvirt/libvirt-sock');
    expect(choose('qemu:///session', place({ files, environment: {} })).path).toBe('/home/me/.cache/libvirt/libvirt-sock');
  });

  test("is the system's for root", () => {
    expect(choose('qemu:///session', place({ uid: 0, files: [`${RUN}/libvirt-sock`] }))).toMatchObject({
      path: `${RUN}/libvirt-sock`,
      session: false,
    });
  });

  test('serves the test driver to people, the system to root', () => {
    const modular = place({ files: [`${RUN}/virtqemud-sock`, '/usr/sbin/virtqemud'] });
    expect(choose('test:///default', modular)).toMatchObject({ session: true, daemon: 'libvirtd' });
    expect(choose('test:///default', place({ uid: 0 }))).toMatchObject({ session: false });
  });
});

test('a socket that is named is taken, and nothing is started for it', () => {
  expect(choose('qemu:///session?socket=/tmp/s%20k', place())).toMatchObject({ path: '/tmp/s k', session: false });
});

test('a mode that does not exist is refused', () => {
  expect(() => choose('qemu:///system?mode=fast', place())).toThrow(/mode/);
});

test('VIRTD_PATH names the only place for programs', () => {
  const files = ['/usr/sbin/libvirtd', '/opt/libvirtd'];
  expect(findDaemon('libvirtd', place({ files }))).toBe('/usr/sbin/libvirtd');
  expect(findDaemon('libvirtd', place({ files, environment: { VIRTD_PATH: '/opt' } }))).toBe('/opt/libvirtd');
  expect(findDaemon('libvirtd', place({ files, environment: { LIBVIRTD_PATH: '/nowhere' } }))).toBe(null);
});
