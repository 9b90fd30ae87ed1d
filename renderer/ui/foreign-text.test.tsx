import { expect, test } from 'vitest';
import { readableText } from './foreign-text.tsx';

test('control characters become symbols', () => {
  expect(readableText('a\u0000b\nc\u001b[31m\u007f')).toBe('a␀b␊c␛[31m␡');
});

test('characters that turn the line around are shown, not obeyed', () => {
  expect(readableText('safe\u202egnp.exe')).toBe('safe\ufffdgnp.exe');
  expect(readableText('a\u200bb\ufeff')).toBe('a\ufffdb\ufffd');
});

test('ordinary text of any script stays as it is', () => {
  expect(readableText('Größe 試験 🐧')).toBe('Größe 試験 🐧');
});

test('long text is cut between characters', () => {
  const cut = readableText('🐧'.repeat(300));
  expect(Array.from(cut)).toHaveLength(256);
  expect(cut.endsWith('🐧…')).toBe(true);
});
