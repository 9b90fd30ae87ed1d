import { expect, test } from 'vitest';
import { OS_PACKAGES, familyOf, missingPackages, proofPaths } from './packages.mjs';

const everything = OS_PACKAGES.flatMap((item) => item.proof.slice(0, 1).flatMap((proof) => proofPaths(proof).slice(0, 1)));

test('every package has a name in both families and a proof', () => {
  for (const item of OS_PACKAGES) {
    expect(item.debian, item.purpose).toMatch(/^[a-z0-9][a-z0-9.+|-]+$/);
    expect(item.fedora, item.purpose).toMatch(/^[A-Za-z0-9][A-Za-z0-9.+_-]+$/);
    expect(item.proof.length, item.purpose).toBeGreaterThan(0);
  }
  expect(new Set(OS_PACKAGES.map((item) => `${item.group} ${item.purpose}`)).size).toBe(OS_PACKAGES.length);
});

test('nothing is missing where one proof of each is there', () => {
  expect(missingPackages(['runtime', 'test', 'bench'], (path) => everything.includes(path))).toEqual([]);
});

test('what is missing is found by its files, in the groups asked for only', () => {
  const without = (gone: string) => (path: string) => everything.includes(path) && !path.includes(gone);
  expect(missingPackages(['runtime'], without('/setpriv')).map((item) => item.debian)).toEqual(['util-linux']);
  expect(missingPackages(['runtime'], without('/Xvfb'))).toEqual([]);
  expect(missingPackages(['test'], without('/Xvfb')).map((item) => item.fedora)).toEqual(['xorg-x11-server-Xvfb']);
});

test('either daemon proves libvirt, and firmware is known by the paths of both families', () => {
  const only = (...paths: string[]) => missingPackages(['runtime'], (path) => paths.includes(path)).map((item) => item.purpose);
  expect(only('/usr/sbin/virtqemud')).not.toContain('libvirt daemon');
  expect(only('/usr/share/edk2/ovmf/OVMF_CODE.fd')).not.toContain('UEFI firmware');
  expect(only()).toContain('libvirt daemon');
});

test('the commands of sbin folders and of both library folders are found', () => {
  expect(proofPaths('libvirtd')).toContain('/usr/sbin/libvirtd');
  expect(proofPaths('lib:libgtk-3.so.0')).toEqual(
    expect.arrayContaining(['/usr/lib64/libgtk-3.so.0', '/usr/lib/x86_64-linux-gnu/libgtk-3.so.0']),
  );
  expect(proofPaths('/usr/share/osinfo/os')).toEqual(['/usr/share/osinfo/os']);
});

test.each([
  ['ID=debian\nVERSION_ID="12"', 'debian'],
  ['NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n', 'debian'],
  ['ID=fedora\nVARIANT_ID=workstation', 'fedora'],
  ['ID="rocky"\nID_LIKE="rhel centos fedora"', 'fedora'],
  ['ID=arch', undefined],
  ['PRETTY_NAME="debian"', undefined],
  ['', undefined],
])('the system of %j is of the family %s', (osRelease, family) => {
  expect(familyOf(osRelease)).toBe(family);
});
