import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { grantAccess } from './grant-access.ts';

test('runs each command as words, in order, and ends at the first that fails with what to do instead', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'guesthouse-grant-'));
  try {
    const odd = join(folder, 'a "b" $(c)');
    await grantAccess([
      ['mkdir', odd],
      ['chmod', '711', odd],
    ]);
    expect((await stat(odd)).mode & 0o777).toBe(0o711);
    const failing = grantAccess([
      ['mkdir', odd],
      ['chmod', '700', odd],
    ]);
    await expect(failing).rejects.toMatchObject({ code: 'permission', remedy: expect.stringContaining('copied into a pool') });
    expect((await stat(odd)).mode & 0o777).toBe(0o711);
    await expect(grantAccess([[join(folder, 'none')]])).rejects.toMatchObject({
      code: 'permission',
      reason: expect.stringContaining('not installed'),
      remedy: expect.stringContaining('acl'),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
