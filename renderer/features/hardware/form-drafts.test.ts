import { expect, test } from 'vitest';
import type { Field, FieldValues } from '#model/hardware-field';
import { formState, standing } from './form-drafts.ts';

const field = (key: string, when: Field['when'] = []): Field => ({
  key,
  label: key,
  help: null,
  section: null,
  advanced: false,
  when,
  unset: 'None',
  live: false,
  fixed: null,
  kind: 'toggle',
});
const fields = [field('menu'), field('quiet'), field('splash', [{ field: 'menu', is: [true] }])];
const subject = (values: FieldValues) => ({ title: 'Boot', fields, values });
const keys = (some: readonly Field[]) => some.map(({ key }) => key);

test('touched fields are the person’s, all others follow the host', () => {
  const kept = { before: subject({ menu: false, quiet: false, splash: false }), mine: { menu: true } };
  const state = formState(subject({ menu: false, quiet: true, splash: false }), kept);
  expect(state.values).toEqual({ menu: true, quiet: true, splash: false });
  expect(keys(state.changed)).toEqual(['menu']);
  expect(state.disputed).toEqual([]);
});

test('what somebody else changed too is disputed, unless both want the same', () => {
  const kept = { before: subject({ menu: null, quiet: null, splash: null }), mine: { menu: true, quiet: true } };
  const state = formState(subject({ menu: false, quiet: true, splash: null }), kept);
  expect(keys(state.changed)).toEqual(['menu']);
  expect(keys(state.disputed)).toEqual(['menu']);
  expect(state.values['menu']).toBe(true);
});

test('what is hidden does not count, and is there again when it is shown', () => {
  const before = subject({ menu: true, quiet: false, splash: false });
  expect(keys(formState(before, { before, mine: { splash: true, menu: false } }).changed)).toEqual(['menu']);
  expect(keys(formState(before, { before, mine: { splash: true } }).changed)).toEqual(['splash']);
});

test('what a host said against a value goes with the value', () => {
  const refusal = { values: { menu: true }, problems: [{ field: 'menu', message: 'No.' }] };
  expect(standing(refusal, { values: { menu: true } })).toEqual(refusal.problems);
  expect(standing(refusal, { values: { menu: false } })).toEqual([]);
  expect(standing(null, { values: {} })).toEqual([]);
});
