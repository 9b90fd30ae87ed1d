import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { convertImage } from './convert-image.ts';
import { inspectForeignImage } from './foreign-image.ts';

// Other programs and a whole disk take part: on a busy machine that takes long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const MiB = 1024 * 1024;
const progress = { report: () => undefined, signal: new AbortController().signal };
let folder: string;
const at = (name: string) => join(folder, name);
const qemuImg = (...args: string[]) => execFileSync('qemu-img', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'convert-'));
  const disk = Buffer.alloc(4 * MiB);
  disk.write('the disk of a guest', 3 * MiB);
  writeFileSync(at('disk.raw'), disk);
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(['vmdk', 'vdi', 'vhdx', 'vpc', 'qcow', 'qcow2'] as const)(
  'reads %s and makes a qcow2 of it with the same disk',
  async (format) => {
    qemuImg('convert', '-f', 'raw', '-O', format, at('disk.raw'), at(`disk.${format}`));
    const image = await inspectForeignImage({ path: at(`disk.${format}`) });
    expect(image).toMatchObject({ name: `disk.${format}`, format });
    // VPC counts in cylinders: it may be a little larger.
    expect(image.capacity).toBeGreaterThanOrEqual(4 * MiB);
    expect(image.capacity).toBeLessThan(5 * MiB);

    const shares: (number | null)[] = [];
    const made = await convertImage({ path: at(`disk.${format}`) }, at(`${format}.made`), {
      ...progress,
      report: (_, share) => shares.push(share),
    });
    expect(shares.at(-1)).toBe(1);
    qemuImg('convert', '-f', 'qcow2', '-O', 'raw', made.path, at('back.raw'));
    expect(
      readFileSync(at('back.raw'))
        .subarray(0, 4 * MiB)
        .equals(readFileSync(at('disk.raw'))),
    ).toBe(true);
  },
);

test('an image that names another file is refused, and the file is not read', async () => {
  writeFileSync(at('secret'), 'x'.repeat(MiB));
  qemuImg('create', '-f', 'qcow2', '-b', at('secret'), '-F', 'raw', at('overlay.qcow2'));
  qemuImg('create', '-f', 'qcow', '-b', at('secret'), '-F', 'raw', at('overlay.qcow'));
  qemuImg('create', '-f', 'qcow2', '-o', `data_file=${at('data')},data_file_raw=on`, at('data.qcow2'), '4M');
  writeFileSync(at('flat.vmdk'), `# Disk DescriptorFile\nversion=1\ncreateType="monolithicFlat"\nRW 2048 FLAT "${at('secret')}" 0\n`);
  for (const name of ['overlay.qcow2', 'overlay.qcow', 'data.qcow2', 'flat.vmdk']) {
    await expect(inspectForeignImage({ path: at(name) }), name).rejects.toMatchObject({ code: 'bad-file' });
    await expect(convertImage({ path: at(name) }, at('made'), progress), name).rejects.toMatchObject({ code: 'bad-file' });
  }
  expect(readdirSync(folder)).not.toContain('made');
});

test('a damaged image is told as such, and a cancelled one leaves nothing', async () => {
  writeFileSync(at('broken.vhdx'), Buffer.concat([Buffer.from('vhdxfile'), Buffer.alloc(MiB)]));
  await expect(inspectForeignImage({ path: at('broken.vhdx') })).rejects.toMatchObject({ code: 'bad-file' });
  const signal = AbortSignal.abort();
  qemuImg('create', '-f', 'vdi', at('empty.vdi'), '4M');
  await expect(convertImage({ path: at('empty.vdi') }, at('made'), { ...progress, signal })).rejects.toMatchObject({ code: 'cancelled' });
  expect(readdirSync(folder)).not.toContain('made');
});
