import { expect, test } from 'vitest';
import { newLines } from './new-lines.ts';

test('no number of lines hides one that names something of the host', () => {
  const harmless = Array.from({ length: 200 }, (_, at) => `<harmless number='${at}'/>`);
  const heavy = Array.from({ length: 30 }, (_, at) => `<source file='/srv/${at}'/>`);
  const { details, more } = newLines([...harmless, ...heavy, "<pf dev='eth0'/>"]);
  expect(details.map(({ value }) => value)).toEqual([...heavy, "<pf dev='eth0'/>"]);
  expect(more).toEqual(['200 more lines are new.']);
  expect(newLines(harmless.slice(0, 20))).toMatchObject({ details: { length: 20 }, more: [] });
  expect(newLines([])).toEqual({ details: [], more: [] });
});
