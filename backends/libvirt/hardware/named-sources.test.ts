import { expect, test } from 'vitest';
import { parseXml } from '../xml/document.ts';
import { namesAny, sourcesOf } from './named-sources.ts';

test('a disk names its file, and a copy under way its own', () => {
  const disk = parseXml(
    '<disk><source file="/pool/old.qcow2"/><mirror type="file"><source file="/pool/new &amp; big.qcow2"/></mirror></disk>',
  );
  expect(sourcesOf(disk)).toEqual(new Set(['/pool/old.qcow2', '/pool/new & big.qcow2']));
  const domain = parseXml('<domain><devices><disk><source file="/pool/other.qcow2"/></disk></devices></domain>');
  expect(namesAny(domain, sourcesOf(disk))).toBe(false);
  expect(namesAny({ ...domain, children: [disk] }, new Set(['/pool/new & big.qcow2']))).toBe(true);
});
