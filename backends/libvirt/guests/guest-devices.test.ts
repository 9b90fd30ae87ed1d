import { expect, test } from 'vitest';
import { consolesOf, disksOf, nicsOf } from './guest-devices.ts';
import { parseXml } from '../xml/document.ts';

const domain = (devices: string) => parseXml(`<domain><devices>${devices}</devices></domain>`);

test('disks of every kind of source', () => {
  const disks = disksOf(
    domain(`
      <disk type='file' device='disk'><driver type='qcow2'/><source file='/a.qcow2'/><target dev='vda' bus='virtio'/></disk>
      <disk type='block'><source dev='/dev/sdb'/><target dev='vdb' bus='virtio'/><readonly/></disk>
      <disk type='volume' device='disk'><source pool='images' volume='b'/><target dev='vdc' bus='virtio'/></disk>
      <disk type='network' device='lun'><source protocol='rbd' name='pool/image'><host name='ceph'/></source><target dev='sda' bus='scsi'/></disk>
      <disk type='file' device='cdrom'><driver type='raw'/><target dev='sdb' bus='sata'/></disk>
      <disk type='file' device='floppy'><source file='/f.img'/><target dev='fda' bus='fdc'/></disk>`),
    new Map([['vda', 1024]]),
  );
  expect(disks.map(({ target, kind, format, source, capacity, readOnly }) => [target, kind, format, source, capacity, readOnly])).toEqual([
    ['vda', 'disk', 'qcow2', '/a.qcow2', 1024, false],
    ['vdb', 'disk', null, '/dev/sdb', null, true],
    ['vdc', 'disk', null, 'images/b', null, false],
    ['sda', 'lun', null, 'rbd:pool/image', null, false],
    ['sdb', 'cdrom', null, null, null, true],
    ['fda', 'floppy', null, '/f.img', null, false],
  ]);
});

test('network cards, with their addresses whatever the case of their MAC', () => {
  const nics = nicsOf(
    domain(`
      <interface type='network'><mac address='52:54:00:AA:00:01'/><source network='default'/><model type='virtio'/></interface>
      <interface type='bridge'><mac address='52:54:00:aa:00:02'/><source bridge='br0'/></interface>
      <interface type='direct'><mac address='52:54:00:aa:00:03'/><source dev='eth0' mode='bridge'/></interface>
      <interface type='user'><mac address='52:54:00:aa:00:04'/></interface>`),
    new Map([['52:54:00:aa:00:01', ['192.0.2.7', '2001:db8::7']]]),
  );
  expect(nics.map(({ source, model, addresses }) => [source, model, addresses])).toEqual([
    ['network default', 'virtio', ['192.0.2.7', '2001:db8::7']],
    ['bridge br0', null, []],
    ['direct eth0', null, []],
    ['user', null, []],
  ]);
});

const named = (devices: string) => consolesOf(domain(devices)).map(({ kind, name, title }) => [kind, name, title]);

test('consoles of a running guest go by their aliases', () => {
  expect(
    named(`
      <graphics type='spice' port='5901'/><graphics type='vnc' port='5900'/><graphics type='egl-headless'/>
      <serial type='pty'><target port='0'/><alias name='serial0'/></serial>
      <serial type='unix'><target port='1'/><alias name='serial1'/></serial>
      <serial type='pty'><target port='2'/><alias name='ua-debug'/></serial>
      <console type='pty'><target type='serial' port='0'/><alias name='serial0'/></console>
      <console type='pty'><target type='virtio' port='1'/><alias name='console1'/></console>`),
  ).toEqual([
    ['spice', 'spice0', 'SPICE display'],
    ['vnc', 'vnc1', 'VNC display'],
    ['serial', 'serial0', 'Serial console 1'],
    ['serial', 'ua-debug', 'Serial console 2'],
    ['serial', 'console1', 'Virtio console'],
  ]);
});

test('consoles of a guest that is off go by the names they will have', () => {
  expect(
    named(`
      <graphics type='vnc' port='-1'/>
      <serial type='pty'><target port='0'/></serial>
      <console type='pty'><target type='serial' port='0'/></console><console type='pty'><target type='virtio' port='1'/></console>`),
  ).toEqual([
    ['vnc', 'vnc0', 'VNC display'],
    ['serial', 'serial0', 'Serial console'],
    ['serial', 'console1', 'Virtio console'],
  ]);
  expect(named(`<console type='pty'><target type='lxc' port='0'/></console>`)).toEqual([['serial', 'console0', 'Console']]);
  expect(named(`<graphics type='spice' port='-1'/>`)).toEqual([['spice', 'spice0', 'SPICE display']]);
  expect(named('')).toEqual([]);
});
