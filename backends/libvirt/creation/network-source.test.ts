import { expect, test } from 'vitest';
import { plainSpec } from '../../../test/bed/guest-request.ts';
import { child, parseXml, path, serialize } from '../xml/document.ts';
import { newDomain } from '../xml/new-domain.ts';
import type { DiskPlace } from './guest-plan.ts';
import { machineFactsOf } from './machine-facts.ts';
import { networkSourceOf } from './network-source.ts';

const uuid = '2ec115d7-3a88-3ceb-bc12-0ac909a6fd87';
const ceph =
  parseXml(`<pool type="rbd"><name>ceph</name><source><host name="mon1" port="6789"/><host name="2001:db8::1"/><name>guests</name>
  <auth type="ceph" username="admin"><secret uuid="${uuid}"/></auth></source></pool>`);
const gluster = parseXml('<pool type="gluster"><name>g</name><source><host name="gl"/><dir path="/"/><name>vol</name></source></pool>');

const capabilities =
  parseXml(`<domainCapabilities><path>/usr/bin/qemu-system-x86_64</path><domain>qemu</domain><machine>pc-q35-7.2</machine>
  <arch>x86_64</arch><os supported="yes"/><devices/></domainCapabilities>`);

function diskOf(place: DiskPlace): string {
  const domain = newDomain({
    uuid,
    spec: plainSpec('x'),
    plan: { volumes: [], disks: [{ device: 'disk', place, format: 'raw', boots: true }], kernel: null, root: null, tree: null },
    machine: machineFactsOf(capabilities, 'qemu', 'hvm'),
    drives: { virtioDisk: true, virtioNet: true, virtioVideo: true },
    windows: false,
  });
  const disk = path(parseXml(serialize(domain)), 'devices', 'disk');
  const source = child(disk, 'source');
  return `${disk?.attributes.get('type')} ${source === null ? '' : serialize(source)}`;
}

const volume = { pool: 'ceph', name: 'image' };

test('a disk in Ceph names its servers, its pool and who logs in with which secret', () => {
  const network = networkSourceOf(ceph, 'guests/image');
  expect(diskOf({ kind: 'volume', volume, network })).toBe(
    `network <source protocol="rbd" name="guests/image"><host name="mon1" port="6789"/><host name="2001:db8::1"/>` +
      `<auth username="admin"><secret type="ceph" uuid="${uuid}"/></auth></source>`,
  );
});

test('a disk in Gluster names its server, and the volume before its folder', () => {
  const network = networkSourceOf(gluster, 'gluster://gl:24007/vol/images/image.qcow2');
  expect(diskOf({ kind: 'volume', volume, network })).toBe(
    'network <source protocol="gluster" name="vol/images/image.qcow2"><host name="gl"/></source>',
  );
});

test('libvirt itself finds what a volume on iSCSI is', () => {
  const pool = parseXml('<pool type="iscsi-direct"><source><host name="san"/><device path="iqn"/></source></pool>');
  expect(networkSourceOf(pool, 'ip-san:3260-iscsi-iqn-lun-1')).toBeNull();
  expect(diskOf({ kind: 'volume', volume, network: null })).toBe('volume <source pool="ceph" volume="image"/>');
});
