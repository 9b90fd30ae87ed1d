import { expect, test } from 'vitest';
import { firstFlaw, lineOfRefusal } from './well-formed.ts';

test('a document has no flaw, however long it is', async () => {
  expect(await firstFlaw('<domain xmlns:q="urn:q">\n  <q:a b="c"/>\n</domain>\n')).toBeNull();
  expect(await firstFlaw(`<domain>${'<a>text</a>\n'.repeat(20_000)}</domain>`)).toBeNull();
});

test('the first flaw is told with its line, also behind many others', async () => {
  expect(await firstFlaw('<domain>\n  <name>a</nam>\n</domain>')).toMatchObject({ line: 2 });
  expect(await firstFlaw('<domain>\n  <a b=c/>\n</domain>')).toMatchObject({ line: 2 });
  expect(await firstFlaw(`<domain>\n${'<a>text</a>\n'.repeat(20_000)}</b>`)).toMatchObject({
    line: 1,
    message: expect.stringContaining('20002'),
  });
  expect(await firstFlaw('<domain>\n')).toMatchObject({ line: 1, message: '<domain> is opened here and not closed.' });
  expect(await firstFlaw('<domain>\n<title>\n<name>a</name>\n</domain>')).toMatchObject({ line: 2 });
  expect(await firstFlaw('')).toMatchObject({ line: 1 });
  expect(await firstFlaw('<!DOCTYPE x [<!ENTITY a "b">]>\n<x>&a;</x>')).toMatchObject({ line: 1 });
});

test('the line of a refusal is the one that the host’s parser names', () => {
  expect(lineOfRefusal('XML error: (domain_definition):12: Opening and ending tag mismatch')).toBe(12);
  expect(lineOfRefusal('XML document failed to validate against schema')).toBeNull();
});
