import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleFile } from './bundle-path.ts';

const pages = new Map([
  ['bundle', 'index.html'],
  ['confirm', 'confirm.html'],
]);
let folder = '';
let root = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-bundle-'));
  root = join(folder, 'renderer');
  await mkdir(join(root, 'assets'), { recursive: true });
  await mkdir(join(folder, 'renderer-secret'));
  for (const name of ['index.html', 'confirm.html', 'assets/index-BxY_1.js', 'assets/Red Hat.js', 'assets/data.exe', '../secret.js']) {
    await writeFile(join(root, name), name);
  }
  await writeFile(join(folder, 'renderer-secret/x.js'), '');
  await symlink(join(folder, 'secret.js'), join(root, 'assets/outside.js'));
  await symlink(join(folder, 'renderer-secret'), join(root, 'assets/beside'));
});
afterAll(() => rm(folder, { recursive: true }));

test('each host has its page at / and the assets', async () => {
  expect(await bundleFile(root, pages, 'app://bundle/')).toMatchObject({ path: join(root, 'index.html') });
  expect(await bundleFile(root, pages, 'app://bundle/#/hosts/local')).toMatchObject({ path: join(root, 'index.html') });
  expect(await bundleFile(root, pages, 'app://confirm/')).toMatchObject({ path: join(root, 'confirm.html') });
  expect(await bundleFile(root, pages, 'app://bundle/assets/index-BxY_1.js')).toEqual({
    path: join(root, 'assets/index-BxY_1.js'),
    type: 'text/javascript; charset=utf-8',
  });
});

test.each([
  'app://bundle/../secret.js',
  'app://bundle/%2e%2e/secret.js',
  'app://bundle/assets/..%2f..%2fsecret.js',
  'app://bundle/assets/..%5c..%5csecret.js',
  'app://bundle/assets\\..\\..\\secret.js',
  'app://bundle/assets/index-BxY_1.js%00',
  'app://bundle/assets/index-BxY_1.js%00.css',
  'app://bundle/assets/index-BxY_1.js.',
  'app://bundle/assets/index-BxY_1.js/',
  'app://bundle//assets/index-BxY_1.js',
  'app://bundle/assets/outside.js',
  'app://bundle/assets/beside/x.js',
  'app://bundle/../renderer-secret/x.js',
  'app://other/assets/index-BxY_1.js',
  'app://bundle.evil/',
  'app://bundle:80/',
  'app://user@bundle/',
  'app://bundle/?x',
  'app://bundle/confirm.html',
  'app://confirm/index.html',
  'app://bundle/assets',
  'app://bundle/assets/Red%20Hat.js',
  'app://bundle/assets/data.exe',
  'app://bundle/absent.js',
  'app:bundle',
  'file:///etc/passwd',
  '',
])('%s is not there', async (address) => {
  expect(await bundleFile(root, pages, address)).toBeNull();
});
