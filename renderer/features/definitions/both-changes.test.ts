import { expect, test } from 'vitest';
import { bothChanges } from './both-changes.ts';

const base = '<domain>\n  <name>a</name>\n  <memory>1</memory>\n  <vcpu>1</vcpu>\n</domain>\n';
const more = base.replace('<memory>1', '<memory>2');
const named = base.replace('<name>a', '<title>t</title>\n  <name>a');

test('changes in different places are put together, and the same change is one', () => {
  expect(bothChanges(base, named, base.replace('<vcpu>1', '<vcpu>4'))).toBe(named.replace('<vcpu>1', '<vcpu>4'));
  expect(bothChanges(base, more, more)).toBe(more);
  expect(bothChanges(base, base, named)).toBe(named);
  expect(bothChanges(base, named, base)).toBe(named);
});

test('changes that meet are left to the person', () => {
  expect(bothChanges(base, more, base.replace('<memory>1', '<memory>3'))).toBeNull();
});
