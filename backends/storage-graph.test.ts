import { expect, test } from 'vitest';
import type { UseKind } from './model/storage-use.ts';
import { type GraphUse, type GraphVolume, StorageGraph } from './storage-graph.ts';

const volume = (name: string, base: string | null = null, more: Partial<GraphVolume> = {}): GraphVolume => ({
  ref: { pool: 'p', name },
  path: `/p/${name}`,
  identity: `/p/${name}`,
  backing: base === null ? null : { path: `/p/${base}`, identity: `/p/${base}` },
  allocation: 100,
  leadsOutside: false,
  usedByHost: false,
  ...more,
});
const use = (guest: string, file: string, kind: UseKind = 'disk', running = false): GraphUse => ({
  guest,
  name: guest,
  running,
  kind,
  identity: `/p/${file}`,
});
const graph = (volumes: GraphVolume[], uses: GraphUse[] = [], doubts: string[] = []) => new StorageGraph({ volumes, uses, doubts });
const verdicts = (seen: StorageGraph) => Object.fromEntries(seen.uses().volumes.map(({ volume: { name }, verdict }) => [name, verdict]));
const ref = (name: string) => ({ pool: 'p', name });

test('a guest needs its disk and all that it is built on, at any depth', () => {
  const seen = graph([volume('base'), volume('middle', 'base'), volume('top', 'middle'), volume('other', 'base')], [use('web', 'top')]);
  expect(verdicts(seen)).toEqual({ base: 'needed', middle: 'needed', top: 'needed', other: 'nobody' });
  const [base, , top] = seen.uses().volumes;
  expect(base).toMatchObject({ users: [], overlays: [ref('middle'), ref('other')], kept: '“middle” and “other” are built on it.' });
  expect(top?.chain).toEqual([
    { path: '/p/middle', volume: ref('middle') },
    { path: '/p/base', volume: ref('base') },
  ]);
  expect(top).toMatchObject({ users: [{ guest: 'web', kinds: ['disk'], running: false }], kept: '“web” needs it.' });
});

test('a whole forgotten chain may go, its base only with all that is built on it', () => {
  const seen = graph([volume('base'), volume('middle', 'base'), volume('top', 'middle')]);
  const [base, middle, top] = seen.volumes;
  if (base === undefined || middle === undefined || top === undefined) throw new Error('they are there');
  expect(seen.keptBecause(top)).toBeNull();
  expect(seen.keptBecause(base)).toBe('“middle” is built on it.');
  expect(seen.keptBecause(base, new Set([middle.identity]))).toBeNull();
});

test('where not everything could be looked into, nobody is not said to need nothing', () => {
  const seen = graph([volume('a'), volume('b')], [use('web', 'b')], ['The pool “x” is not active.']);
  expect(verdicts(seen)).toEqual({ a: 'unknown', b: 'needed' });
});

test('what nobody could look at on the host may be its own, whatever else was seen', () => {
  const { volumes } = graph([volume('lv', null, { usedByHost: null }), volume('file')]).uses();
  expect(volumes.map(({ verdict }) => verdict)).toEqual(['unknown', 'nobody']);
});

test('what the host itself uses is needed, and stays', () => {
  const [found] = graph([volume('root', null, { usedByHost: true })]).uses().volumes;
  expect(found).toMatchObject({
    verdict: 'needed',
    kept: 'The host itself uses it: it is mounted, swapped to, or something is built on it.',
  });
});

test('two names of one file are one: used by whoever uses the other, and giving nothing back alone', () => {
  const alias = volume('alias', null, { identity: '/p/disk' });
  const twin = { ...volume('disk'), ref: { pool: 'twin', name: 'disk' } };
  const seen = graph([volume('disk'), alias, twin], [use('web', 'disk', 'medium', true), use('web', 'disk', 'snapshot', true)]);
  for (const each of seen.uses().volumes) {
    expect(each).toMatchObject({ verdict: 'needed', kept: '“web” needs it.', users: [{ kinds: ['medium', 'snapshot'], running: true }] });
  }
  expect(seen.uses().volumes[1]).toMatchObject({ same: [ref('disk'), { pool: 'twin', name: 'disk' }], frees: 0 });
  // Two pools on one folder: there is one name, and what it gives back comes back.
  expect(graph([volume('disk'), twin]).uses().volumes[0]?.frees).toBe(100);
});

test('a chain that bites its own tail ends, and one that leaves the pools says where', () => {
  const seen = graph([volume('a', 'b'), volume('b', 'a'), volume('c', 'outside')]);
  expect(seen.uses().volumes.map(({ chain }) => chain.map(({ path }) => path))).toEqual([
    ['/p/b', '/p/a'],
    ['/p/a', '/p/b'],
    ['/p/outside'],
  ]);
  expect(seen.uses().volumes[2]?.chain).toEqual([{ path: '/p/outside', volume: null }]);
  expect(verdicts(seen)).toEqual({ a: 'nobody', b: 'nobody', c: 'nobody' });
});

test('a link that leads out of its pool stays', () => {
  const [found] = graph([volume('link', null, { leadsOutside: true })]).uses().volumes;
  expect(found?.kept).toBe('It is a link to a file outside of its storage pool.');
});
