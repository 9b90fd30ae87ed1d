import { expect, test } from 'vitest';
import type { Pool } from '#model/storage';
import { volumeAt } from './volume-at.ts';

const pool = (name: string, path: string | null, active = true): Pool => ({
  name,
  kind: 'dir',
  active,
  persistent: true,
  autostart: true,
  capacity: 0,
  available: 0,
  path,
  source: null,
});
const pools = [pool('default', '/var/lib/libvirt/images'), pool('isos', '/srv/isos/'), pool('off', '/srv/off', false), pool('san', null)];

test('a file in the folder of an active pool is its volume, and nothing below it is', () => {
  expect(volumeAt('/var/lib/libvirt/images/web.qcow2', pools)).toEqual({ pool: 'default', name: 'web.qcow2' });
  expect(volumeAt('/srv/isos/a b.iso', pools)).toEqual({ pool: 'isos', name: 'a b.iso' });
  expect(volumeAt('/var/lib/libvirt/images/deep/web.qcow2', pools)).toBeNull();
  expect(volumeAt('/var/lib/libvirt/images/', pools)).toBeNull();
  expect(volumeAt('/srv/off/web.qcow2', pools)).toBeNull();
  expect(volumeAt('san/lun0', pools)).toBeNull();
});
