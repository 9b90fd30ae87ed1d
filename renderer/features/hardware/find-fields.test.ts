import { expect, test } from 'vitest';
import type { DevicePage } from '#model/hardware';
import type { Field } from '#model/hardware-field';
import { findFields } from './find-fields.ts';

const common = { help: null, section: null, advanced: false, when: [], unset: null, live: false, fixed: null } as const;
const cache: Field = {
  ...common,
  when: [],
  key: 'cache',
  label: 'Cache',
  help: 'Whether the host’s memory helps.',
  kind: 'choice',
  unset: 'As the hypervisor likes',
  choices: [{ value: 'none', label: 'Past the memory', help: null, unavailable: null }],
};
const serial: Field = {
  ...common,
  key: 'serial',
  label: 'Serial number',
  when: [{ field: 'cache', is: ['none'] }],
  kind: 'text',
  maxLength: 20,
  pattern: null,
  lines: 1,
  suggestions: [],
  picks: null,
};
const disk = (target: string, values: DevicePage['values']): DevicePage => ({
  id: `disk:${target}`,
  kind: 'disk',
  group: 'storage',
  title: `Disk ${target}`,
  summary: `/images/${target}.qcow2`,
  help: null,
  fields: [cache, serial],
  values,
  running: {},
  presence: 'both',
  removal: null,
  actions: [],
  xml: null,
  notes: [],
});
const pages = [disk('vda', { cache: 'none', serial: 'A-1' }), disk('vdb', { cache: null, serial: 'B-2' })];
const found = (search: string) => findFields(pages, search).map(({ page, field }) => `${page.id} ${field?.key ?? '-'}`);

test('fields are found by their label, help and value, also by the name that the host has for a value', () => {
  expect(found('CACHE')).toEqual(['disk:vda cache', 'disk:vdb cache']);
  expect(found('host’s memory')).toEqual(['disk:vda cache', 'disk:vdb cache']);
  expect(found('past the')).toEqual(['disk:vda cache']);
  expect(found('none')).toEqual(['disk:vda cache']);
  expect(found('hypervisor likes')).toEqual(['disk:vdb cache']);
});

test('a device is found by its title and summary, without all of its fields', () => {
  expect(found('vda')).toEqual(['disk:vda -']);
  expect(found('vdb.qcow2')).toEqual(['disk:vdb -']);
  expect(found('vdb cache')).toEqual(['disk:vdb cache']);
});

test('what is not shown is not found', () => {
  expect(found('serial')).toEqual(['disk:vda serial']);
  expect(found('B-2')).toEqual([]);
  expect(found('   ')).toEqual([]);
});
