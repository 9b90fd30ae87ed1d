import { expect, test } from 'vitest';
import { parseXml } from '../xml/document.ts';
import { disksIn, sourcesIn } from './disk-uses.ts';

const domain = (source: string, type = 'network') =>
  parseXml(`<domain><devices><disk type='${type}' device='disk'>${source}<target dev='vda'/></disk></devices></domain>`);
const pathOf = (document: ReturnType<typeof domain>): string => {
  const [disk] = disksIn(document);
  const [named] = sourcesIn(document);
  if (disk === undefined || disk.source.kind !== 'elsewhere') throw new Error('a disk that is not on the host');
  expect(named).toMatchObject(disk.source);
  return disk.source.path;
};
const nvme = (bus: string, namespace = '1') =>
  domain(
    `<source type='pci' managed='yes' namespace='${namespace}'><address domain='0x0000' bus='${bus}' slot='0x00' function='0x0'/></source>`,
    'nvme',
  );
const nbd = (port: string, name = '') => domain(`<source protocol='nbd' ${name}><host name='attic' port='${port}'/></source>`);

test('two disks without a name are two where they are in two places, and one where they are in one', () => {
  expect(pathOf(nvme('0x01'))).not.toBe(pathOf(nvme('0x02')));
  expect(pathOf(nvme('0x01'))).not.toBe(pathOf(nvme('0x01', '2')));
  expect(pathOf(nvme('0x0a'))).toBe(pathOf(nvme('10')));
  expect(pathOf(nbd('10809'))).not.toBe(pathOf(nbd('10810')));
  expect(pathOf(nbd('10809'))).toBe(pathOf(nbd('10809')));
  const socket = (path: string) => domain(`<source protocol='nbd'><host transport='unix' socket='${path}'/></source>`);
  expect(pathOf(socket('/run/a'))).not.toBe(pathOf(socket('/run/b')));
  const user = (path: string) => domain(`<source type='unix' path='${path}'/>`, 'vhostuser');
  expect(pathOf(user('/run/a'))).not.toBe(pathOf(user('/run/b')));
});

test('a disk with a name is called by it', () => {
  expect(pathOf(nbd('10809', "name='export'"))).toBe('nbd:export');
  expect(pathOf(domain("<source protocol='rbd' name='pool/image'><host name='ceph'/></source>"))).toBe('rbd:pool/image');
});
