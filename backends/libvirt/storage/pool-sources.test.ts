import { expect, test } from 'vitest';
import type { PoolKind } from '#model/pool-kinds';
import { parseXml } from '../xml/document.ts';
import { readSources } from './pool-sources.ts';

const read = (kind: PoolKind, ...sources: readonly string[]) =>
  readSources(kind, parseXml(`<sources>${sources.map((source) => `<source>${source}</source>`).join('')}</sources>`));

// As libvirt's backends write them (src/storage: virStorageBackendFileSystemNetFindPoolSources and its like).
test('what is found fills the fields of its kind, and no others', () => {
  expect(read('netfs', "<host name='nas'/><dir path='/export/a'/><format type='nfs'/>")).toEqual([
    { label: '/export/a', place: { hosts: ['nas'], directory: '/export/a', format: 'nfs' } },
  ]);
  expect(read('logical', "<device path='/dev/sda3'/><name>guests</name><format type='lvm2'/>")).toEqual([
    { label: 'guests', place: { source: 'guests', devices: ['/dev/sda3'] } },
  ]);
  expect(read('iscsi', "<host name='2001:db8::1' port='3260'/><device path='iqn.2024-01.com.example:disks'/>")).toEqual([
    { label: 'iqn.2024-01.com.example:disks', place: { hosts: ['[2001:db8::1]:3260'], iqn: 'iqn.2024-01.com.example:disks' } },
  ]);
  expect(read('gluster', "<host name='gl' port='0'/><name>volume</name><dir path='/'/>")).toEqual([
    { label: 'volume', place: { hosts: ['gl'], source: 'volume', directory: '/' } },
  ]);
  expect(read('scsi', "<adapter type='scsi_host' name='scsi_host2'/>")).toEqual([
    { label: 'scsi_host2', place: { adapter: 'scsi_host2' } },
  ]);
});

test('what no form would take, or has no name, is left out; and no list is endless', () => {
  expect(read('netfs', "<dir path='/a&#10;b'/>", "<host name='nas'/>", `<dir path='/${'x'.repeat(5000)}'/>`)).toEqual([]);
  expect(read('netfs', ...Array.from({ length: 300 }, (_, index) => `<dir path='/${index}'/>`))).toHaveLength(200);
});
