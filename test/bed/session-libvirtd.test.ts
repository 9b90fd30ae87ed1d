import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { startSessionLibvirtd } from './session-libvirtd.ts';

test("an unprivileged user's daemon runs a guest of its own and leaves nothing", async () => {
  const daemon = await startSessionLibvirtd();
  try {
    const definition = join(dirname(daemon.socket), 'guest.xml');
    await writeFile(definition, "<domain type='qemu'><name>mine</name><memory unit='MiB'>32</memory><os><type>hvm</type></os></domain>");
    await daemon.virsh('define', definition);
    await daemon.virsh('start', 'mine');
    expect(await daemon.virsh('domstate', 'mine')).toContain('running');
  } finally {
    await daemon.stop();
  }
  expect(existsSync(daemon.socket)).toBe(false);
});
