import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, startPerson } from '../bed/person.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type PrivateHome, privateHome } from '../bed/unprivileged.ts';

let daemon: PrivateLibvirtd;
let home: PrivateHome;
let person: Person;

beforeAll(async () => {
  // As where no polkit is used.
  daemon = await startPrivateLibvirtd({
    libvirtdConf: 'unix_sock_group = "daemon"\nunix_sock_rw_perms = "0770"\nauth_unix_ro = "none"',
  });
  home = await privateHome();
  person = await startPerson(home, 'test/libvirt/visitor.ts', daemon.enter);
  await person.said();
});
afterAll(async () => {
  await person.kill();
  await daemon.stop();
  await home.remove();
});

test('who is not in the group is told its name, and how to look without it', async () => {
  const answer = await person.ask({ uri: 'qemu:///system' });
  expect(answer).toMatchObject({
    fault: {
      code: 'permission',
      message: 'You may not use /var/run/libvirt/libvirt-sock. It is for root and the group “daemon”.',
      reason: expect.stringContaining('EACCES'),
      remedy: expect.stringContaining('--groups daemon'),
    },
  });
  expect(Object(Object(answer).fault).remedy).toContain('tick “Only look”');
  expect(await person.ask({ uri: 'qemu:///system', readOnly: true })).toMatchObject({ guests: 0 });
});

test('a daemon that has ended and one that was never there are told apart', async () => {
  await daemon.crash();
  // Killed is not ended at once: its socket takes one more connection sometimes.
  await expect
    .poll(() => person.ask({ uri: 'qemu:///system', readOnly: true }), { timeout: 15_000 })
    .toMatchObject({ fault: { code: 'daemon-missing', remedy: expect.stringContaining('systemctl restart libvirtd.socket') } });
  expect(await person.ask({ uri: 'lxc:///system?socket=/run/libvirt/none' })).toMatchObject({
    fault: { code: 'daemon-missing', message: expect.stringContaining('no /run/libvirt/none') },
  });
});
