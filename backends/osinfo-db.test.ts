import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OsinfoDb, readOsinfoDb } from './osinfo-db.ts';
import { osinfoDirectories } from './osinfo-records.ts';

const wrap = (content: string) => `<libosinfo version="0.0.1">${content}</libosinfo>`;
const media = (patterns: string, variant = '') => `<media arch="x86_64">${variant}<iso>${patterns}</iso></media>`;

const files: Record<string, string> = {
  'system/os/a.org/a-1.xml': wrap(`<os id="http://a.org/1"><name xml:lang="de">Ah</name><name>A 1</name><family>linux</family>
    <devices><device id="http://pcisig.com/pci/1af4/1041"/><device id="http://pcisig.com/pci/1af4/1001"/></devices>
    <resources arch="all"><minimum><n-cpus>1</n-cpus><ram>1000000</ram></minimum><recommended><ram>5000000</ram><storage>9000000</storage></recommended></resources>
    ${media('<volume-id>A-1</volume-id>')}</os>`),
  'system/os/a.org/a-2.xml': wrap(`<os id="http://a.org/2"><name>A 2</name><derives-from id="http://a.org/1"/>
    <devices><device id="http://pcisig.com/pci/1af4/1001" supported="false"/></devices>
    <variant id="desk"><name xml:lang="de">A 2 Tisch</name><name>A 2 Desktop</name></variant>
    ${media('<volume-id>^A-2 \\d+ D$</volume-id><publisher-id>ACME</publisher-id>', '<variant id="desk"/>')}
    <media arch="x86_64"><url>http://a.org</url></media></os>`),
  'system/os/a.org/a-unknown.xml': wrap(`<os id="http://a.org/unknown"><name>A?</name>${media('<volume-id>A-</volume-id>')}</os>`),
  'system/os/b.org/bomb.xml': '<!DOCTYPE x [<!ENTITY e "e">]><libosinfo><os id="http://b.org/1"><name>B</name></os></libosinfo>',
  'system/os/b.org/broken.xml': '<libosinfo><os id="http://b.org/2"',
  'system/os/b.org/deep.xml': wrap('<a>'.repeat(70) + '</a>'.repeat(70)),
  'system/os/b.org/pcre.xml': wrap(`<os id="http://b.org/3"><name>B 3</name>${media('<volume-id>(?P&lt;x&gt;a)++</volume-id>')}</os>`),
  'system/os/b.org/loop.xml': wrap(
    `<os id="http://b.org/4"><name>B 4</name><derives-from id="http://b.org/4"/>${media('<volume-id>LOOP</volume-id>')}</os>`,
  ),
  'system/os/c.org/c.xml': wrap(`<os id="http://c.org/1"><name>old</name>${media('<volume-id>CCC</volume-id>')}</os>`),
  'local/os/c.org/c.xml': wrap(`<os id="http://c.org/1"><name>new</name>${media('<volume-id>CCC</volume-id>')}</os>`),
  'local/os/c.org/c.d/more.xml': wrap(`<os id="http://c.org/1">${media('<volume-id>DDD</volume-id><volume-size>4096</volume-size>')}</os>`),
};

let root: string;
let db: OsinfoDb;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'osinfo-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
  db = await readOsinfoDb(
    osinfoDirectories({ OSINFO_SYSTEM_DIR: join(root, 'system'), OSINFO_LOCAL_DIR: join(root, 'local'), HOME: root }),
  );
});
afterAll(() => rm(root, { recursive: true }));

const named = (volumeId: string, more: Partial<Parameters<OsinfoDb['identify']>[0]> = {}) =>
  db.identify({ volumeId, systemId: '', publisherId: '', applicationId: '', volumeSize: 2048, ...more });

test('recognises, and takes what is missing from what a system derives from', async () => {
  expect(await named('A-2 17 D', { publisherId: 'ACME CORP' })).toEqual({
    id: 'http://a.org/2',
    name: 'A 2 Desktop',
    family: 'linux',
    recommended: { memory: 5_000_000, vcpus: 2, disk: 9_000_000 },
  });
});

test('every pattern must match, and the particular goes before the general', async () => {
  expect((await named('A-2 17 D'))?.id).toBe('http://a.org/unknown');
  expect((await named('xA-1x'))?.id).toBe('http://a.org/1');
  expect(await named('nothing')).toBeNull();
  expect(await named('')).toBeNull();
});

test('a file that cannot be read costs nothing but itself', async () => {
  expect(db.support('http://b.org/1')).toBeNull();
  expect(db.support('http://b.org/2')).toBeNull();
  expect(await named('a')).toBeNull();
  expect((await named('LOOP'))?.name).toBe('B 4');
});

test('a later place goes before an earlier, and .d adds', async () => {
  expect((await named('CCC'))?.name).toBe('new');
  expect(await named('DDD')).toBeNull();
  expect((await named('DDD', { volumeSize: 4096 }))?.name).toBe('new');
});

test('knows what a system drives', () => {
  expect(db.support('http://a.org/1')).toMatchObject({ family: 'linux', virtioDisk: true, virtioNet: true, virtioVideo: false });
  expect(db.support('http://a.org/2')).toMatchObject({ family: 'linux', virtioDisk: false, virtioNet: true, virtioVideo: false });
  expect(db.support('http://b.org/4')).toMatchObject({ family: null, virtioDisk: false, virtioNet: false, virtioVideo: false });
});

test('without a database it knows no system', async () => {
  const empty = await readOsinfoDb([join(root, 'nowhere')]);
  expect(await empty.identify({ volumeId: 'A-1', systemId: '', publisherId: '', applicationId: '', volumeSize: 1 })).toBeNull();
});
