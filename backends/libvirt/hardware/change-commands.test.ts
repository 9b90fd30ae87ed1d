import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { parseXml } from '../xml/document.ts';
import { indented } from '../xml/indented.ts';
import { hereDocument } from './change-commands.ts';

test('a document that has the end of a document in it is handed on whole, and nothing of it is run', () => {
  const hostile = parseXml('<disk>\n<!--\nEND\ntouch /tmp/pwned; echo run\nEND_\n-->\n<serial>\nEND\n$(echo run)\n</serial></disk>');
  const text = indented(hostile);
  expect(execFileSync('sh', ['-c', `cat ${hereDocument(text)}`], { encoding: 'utf8' })).toBe(text);
  expect(hereDocument('<a/>\n')).toBe("<<'END'\n<a/>\nEND");
});
