import { expect, test } from 'vitest';
import type { StorageUses, VolumeUse } from '#model/storage-use';
import { chainOf, type ChainNode } from './chain-tree.ts';

const ref = (name: string) => ({ pool: 'default', name });
const use = (name: string, more: Partial<VolumeUse> = {}): VolumeUse => ({
  volume: ref(name),
  path: `/pool/${name}`,
  users: [],
  overlays: [],
  chain: [],
  same: [],
  verdict: 'nobody',
  kept: null,
  frees: 0,
  ...more,
});
const link = (name: string) => ({ path: `/pool/${name}`, volume: ref(name) });
const user = { guest: '00000000-feed-4bed-8000-000000000001', name: 'web', running: true, kinds: ['disk' as const] };
const shape = ({ path, here, users, overlays }: ChainNode): unknown => [
  `${path.slice(6)}${here ? '!' : ''}`,
  ...users.map(({ name }) => name),
  ...overlays.map(shape),
];

const uses: StorageUses = {
  volumes: [
    use('base', { overlays: [ref('middle'), ref('other')] }),
    use('middle', { overlays: [ref('top')], chain: [link('base')] }),
    use('other', { chain: [link('base')] }),
    use('top', { users: [user], chain: [link('middle'), link('base')] }),
  ],
  doubts: [],
};
const find = (name: string) => uses.volumes.find(({ volume }) => volume.name === name) ?? use(name);

test('a chain begins at its lowest base and ends with the guests', () => {
  expect(shape(chainOf(find('base'), uses))).toEqual(['base!', ['middle', ['top', 'web']], ['other']]);
  expect(shape(chainOf(find('middle'), uses))).toEqual(['base', ['middle!', ['top', 'web']]]);
  expect(shape(chainOf(find('top'), uses))).toEqual(['base', ['middle', ['top!', 'web']]]);
});

test('a base that is in no pool is shown by its path', () => {
  const lone = use('lone', { chain: [{ path: '/srv/gone.qcow2', volume: null }] });
  expect(chainOf(lone, { volumes: [lone], doubts: [] })).toMatchObject({
    path: '/srv/gone.qcow2',
    volume: null,
    overlays: [{ here: true }],
  });
});

test('images that claim to be built on each other are drawn once', () => {
  const circle = [use('a', { overlays: [ref('b')] }), use('b', { overlays: [ref('a')] })];
  const [first] = circle;
  if (first === undefined) throw new Error('no volume');
  expect(shape(chainOf(first, { volumes: circle, doubts: [] }))).toEqual(['a!', ['b']]);
});
