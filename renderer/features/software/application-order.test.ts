import { expect, test } from 'vitest';
import { filterApplications, sortApplications } from './application-order.ts';

const application = (name: string, version: string, summary: string | null = null) => ({
  name,
  version,
  arch: null,
  publisher: null,
  summary,
});
const all = [
  application('zsh', '5.9'),
  application('lib10', '2', 'A library'),
  application('Lib9', '10', 'Another LIBRARY'),
  application('bash', '5.10'),
];
const names = (found: readonly { readonly name: string }[]) => found.map(({ name }) => name);

test('applications are found by words of their names and summaries', () => {
  expect(names(filterApplications(all, 'library lib'))).toEqual(['lib10', 'Lib9']);
  expect(names(filterApplications(all, ' '))).toHaveLength(4);
  expect(filterApplications(all, 'nowhere')).toEqual([]);
});

test('applications are ordered as people order words and versions', () => {
  expect(names(sortApplications(all, { by: 'name', direction: 'asc' }))).toEqual(['bash', 'Lib9', 'lib10', 'zsh']);
  expect(names(sortApplications(all, { by: 'version', direction: 'desc' }))).toEqual(['Lib9', 'bash', 'zsh', 'lib10']);
  expect(names(sortApplications(all, { by: 'summary', direction: 'asc' }))).toEqual(['bash', 'zsh', 'lib10', 'Lib9']);
});
