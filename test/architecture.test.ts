import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx'], { encoding: 'utf8' }).trim().split('\n');
const sources = files.filter((file) => /^(main|renderer|preload|backends)\//.test(file) && !file.includes('.test.'));

/** [file, what it imports]; relative targets become paths in the repository. */
const imports = sources.flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => {
    const target = match[1] ?? '';
    return [file, target.startsWith('.') ? join(dirname(file), target) : target] as const;
  }),
);
const broken = (from: RegExp, to: RegExp) => imports.filter(([file, target]) => from.test(file) && to.test(target));

test('there is something to check', () => {
  expect(sources.length).toBeGreaterThan(50);
  expect(imports.length).toBeGreaterThan(100);
});

test('Electron is known to the preload and to a few files of main only', () => {
  const allowed =
    /^(preload\/preload|main\/(index|window|console-windows|full-screen|attach|clipboard|console-port|keyboard-grab|menu|confirmation-window|hardening|app-protocol|file-dialog|login-file-dialog|single-instance))\.ts$/;
  expect(imports.filter(([file, target]) => /^electron($|\/)/.test(target) && !allowed.test(file))).toEqual([]);
});

test('the model knows zod and itself', () => {
  expect(broken(/^backends\/model\//, /^(?!zod$|backends\/model\/)/)).toEqual([]);
});

test('the contract knows the model, zod and itself', () => {
  expect(broken(/^preload\/contract\//, /^(?!zod$|#model\/|preload\/contract\/)/)).toEqual([]);
});

test('the page knows neither Node, main nor backends', () => {
  expect(broken(/^renderer\//, /^(node:|electron|main\/|backends\/(?!model\/))/)).toEqual([]);
});

test('main knows nothing of the page', () => {
  expect(broken(/^(main|backends)\//, /^renderer\//)).toEqual([]);
  expect(broken(/^backends\//, /^(main|preload)\//)).toEqual([]);
});

test('ui knows neither data, features, model nor contract', () => {
  expect(broken(/^renderer\/ui\//, /^(renderer\/(?!ui\/)|#)/)).toEqual([]);
});

test.each([/^renderer\/features\/([^/]+)\//, /^backends\/(?!model\/|sources\/)([^/]+)\//])('siblings under %s stay apart', (sibling) => {
  const name = (path: string) => sibling.exec(path)?.[1];
  expect(imports.filter(([file, target]) => name(file) !== undefined && name(target) !== undefined && name(file) !== name(target))).toEqual(
    [],
  );
});

test('what guests are made from knows no hypervisor', () => {
  expect(broken(/^backends\/sources\//, /^backends\/(?!model\/|sources\/)[^/]+\//)).toEqual([]);
});

test('the layers of the libvirt client import downwards only', () => {
  expect(broken(/^backends\/libvirt\/xdr\//, /^backends\/libvirt\/(?!xdr\/)/)).toEqual([]);
  expect(broken(/^backends\/libvirt\/transport\//, /^backends\/libvirt\/(?!transport\/)/)).toEqual([]);
  expect(broken(/^backends\/libvirt\/protocol\//, /^backends\/libvirt\/(?!protocol\/|xdr\/)/)).toEqual([]);
  expect(broken(/^backends\/libvirt\/rpc\//, /^backends\/libvirt\/(?!rpc\/|xdr\/|transport\/|protocol\/)/)).toEqual([]);
});

test('no barrels, no default exports, no file over 400 lines', () => {
  expect(sources.filter((file) => /(^|\/)index\.tsx?$/.test(file) && file !== 'main/index.ts')).toEqual([]);
  expect(sources.filter((file) => /^export default/m.test(readFileSync(file, 'utf8')))).toEqual([]);
  const data = /^backends\/libvirt\/protocol\//;
  expect(sources.filter((file) => !data.test(file) && readFileSync(file, 'utf8').split('\n').length > 400)).toEqual([]);
});

test('nobody answers IPC but the one router, and no HTML is made of strings', () => {
  expect(sources.filter((file) => /ipcMain/.test(readFileSync(file, 'utf8')) && file !== 'main/attach.ts')).toEqual([]);
  expect(sources.filter((file) => /dangerouslySetInnerHTML|\.innerHTML|insertAdjacentHTML/.test(readFileSync(file, 'utf8')))).toEqual([]);
  expect(sources.filter((file) => /AUTODESTROY|--no-sandbox(?!')/.test(readFileSync(file, 'utf8')))).toEqual([]);
});
