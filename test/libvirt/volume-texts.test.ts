import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { BackendError } from '../../backends/errors.ts';
import { MiB } from '../../backends/model/quantity.ts';
import type { VolumeText } from '../../backends/model/volume-text.ts';
import { notedOperation, quietOperation } from '../bed/quiet-operation.ts';
import { openStorageBed, run, type StorageBed, volumeSpec } from './storage-bed.ts';

let bed: StorageBed;
let folder: string;
beforeAll(async () => {
  bed = await openStorageBed();
  folder = await bed.folder('disks');
});
// A test that failed must not make the others fail.
afterEach(() => bed.tidy('disks'));
afterAll(() => bed.close());

const wish = (text: string, more: Partial<VolumeText> = {}): VolumeText => ({
  pool: 'disks',
  text,
  passphrase: null,
  tables: false,
  ...more,
});
const xml = (name: string, target: string, more = '') =>
  `<volume><name>${name}</name><capacity unit="MiB">16</capacity><allocation>0</allocation><target>${target}</target>${more}</volume>`;
const make = (text: string, more: Partial<VolumeText> = {}) => bed.volumes.texts.make(wish(text, more), quietOperation());
const imageInfo = async (name: string): Promise<string> => (await run('qemu-img', ['info', '-U', `${folder}/${name}`])).stdout;
const secrets = async () => (await bed.daemon.virsh('secret-list')).split('\n').filter((line) => line.includes('volume'));

async function faultOf(promise: Promise<unknown>): Promise<BackendError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof BackendError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

test('what a form means is written as a definition, and that makes the same volume', async () => {
  const { texts } = bed.volumes;
  await bed.volumes.make(volumeSpec('disks', 'base.qcow2', { capacity: 16 * MiB }), quietOperation());
  const backing = { path: `${folder}/base.qcow2`, format: 'qcow2' } as const;
  for (const spec of [
    volumeSpec('disks', 'plain.img', { format: 'raw', capacity: 16 * MiB }),
    volumeSpec('disks', 'full.img', { format: 'raw', capacity: 16 * MiB, preallocation: 'full' }),
    volumeSpec('disks', 'above.qcow2', { capacity: 32 * MiB, backing }),
  ]) {
    const text = await texts.write(spec);
    expect(await texts.outlook(wish(text))).toEqual({ name: spec.name, base: spec.backing?.path ?? null, names: [] });
    const { operation, notes } = notedOperation();
    expect(await texts.make(wish(text), operation)).toEqual({ pool: 'disks', name: spec.name });
    expect(notes).toMatchObject([{ product: { kind: 'volume', name: spec.name, capacity: spec.capacity }, state: 'made' }]);
    expect(await imageInfo(spec.name)).toContain(`file format: ${spec.format}`);
    expect((await faultOf(texts.outlook(wish(text)))).code).toBe('exists');
    expect((await faultOf(texts.make(wish(text), quietOperation()))).code).toBe('exists');
  }
  expect(await imageInfo('above.qcow2')).toContain(`backing file: ${folder}/base.qcow2`);
  const sizes = (await bed.storage.listVolumes('disks')).map(({ name, capacity, allocation }) => [name, capacity, allocation >= 16 * MiB]);
  expect(sizes).toContainEqual(['plain.img', 16 * MiB, false]);
  expect(sizes).toContainEqual(['full.img', 16 * MiB, true]);
  expect(sizes).toContainEqual(['above.qcow2', 32 * MiB, false]);
  expect(texts.commandFor(wish(''), 'a.img')).toContain('vol-create --pool disks --file a.img.xml');
});

test('what no form has is made as it is written, and what it names of the host is told', async () => {
  const { texts } = bed.volumes;
  const target =
    '<format type="qcow2"/><permissions><mode>0640</mode></permissions><compat>1.1</compat><clusterSize unit="KiB">128</clusterSize><features><lazy_refcounts/></features>';
  const text = `<!-- ours -->${xml('fine.qcow2', target)}`;
  expect(await texts.outlook(wish(text))).toEqual({
    name: 'fine.qcow2',
    base: null,
    names: [{ place: 'target/permissions/mode', value: '0640' }],
  });
  await make(text, { tables: true });
  const info = await imageInfo('fine.qcow2');
  expect(info).toContain('lazy refcounts: true');
  expect(info).toContain('cluster_size: 131072');
});

test('a passphrase of the form becomes the secret of an <encryption> that has none', async () => {
  const text = await bed.volumes.texts.write(
    volumeSpec('disks', 'locked.img', { format: 'raw', capacity: 16 * MiB, passphrase: 'correct horse' }),
  );
  expect(text).toContain('luks');
  expect(text).not.toMatch(/horse|secret/);
  expect((await faultOf(make(text))).reason).toContain('no passphrase');
  await make(text, { passphrase: 'correct horse' });
  expect(await imageInfo('locked.img')).toContain('file format: luks');
  expect(await secrets()).toHaveLength(1);
  await bed.volumes.change({ kind: 'delete', volumes: [{ pool: 'disks', name: 'locked.img' }] }, [], quietOperation());
  expect((await faultOf(make(xml('open.img', '<format type="raw"/>'), { passphrase: 'correct horse' }))).code).toBe('invalid-definition');
});

test('what is no definition of a volume here is refused before the host is asked', async () => {
  const raw = '<format type="raw"/>';
  const backing = (path: string, format: string) => `<backingStore><path>${path}</path><format type="${format}"/></backingStore>`;
  const refused: readonly (readonly [string, string])[] = [
    ['<volume><name>a</nam></volume>', 'invalid-definition'],
    ['<domain><name>a</name></domain>', 'invalid-definition'],
    [xml('../a', raw), 'invalid-definition'],
    [xml('a', `${raw}<path>/etc/cron.d/a</path>`), 'invalid-definition'],
    [xml('a', raw, '<name>b</name>'), 'invalid-definition'],
    [xml('a', raw, `${backing('', 'raw')}${backing('/etc/passwd', 'raw')}`), 'invalid-definition'],
    [xml('a', `${raw}<encryption format="luks"/>`), 'invalid-definition'],
    [xml('a', '<format type="qcow2"/>', backing('/etc/passwd', 'raw')), 'not-found'],
  ];
  for (const [text, code] of refused) expect([text, (await faultOf(bed.volumes.texts.outlook(wish(text)))).code]).toEqual([text, code]);
  expect(await bed.names('disks')).toEqual([]);
});

test('what the host refuses is told in its own words, and leaves no volume and no secret', async () => {
  const unknown = await faultOf(make(xml('a.img', '<format type="strange"/>')));
  expect([unknown.code, unknown.message]).toEqual([expect.any(String), expect.stringMatching(/strange|schema/)]);
  // Only luks: the secret is made before libvirt says so.
  const old = await faultOf(make(xml('c.img', '<format type="raw"/><encryption format="qcow"/>'), { passphrase: 'correct horse' }));
  expect(old.message).toContain('Making “c.img” failed.');
  expect(await bed.names('disks')).toEqual([]);
  expect(await secrets()).toEqual([]);
  const { operation, notes } = notedOperation({ signal: AbortSignal.abort() });
  expect((await faultOf(bed.volumes.texts.make(wish(xml('d.img', '<format type="raw"/>')), operation))).code).toBe('cancelled');
  expect(notes).toEqual([]);
});
