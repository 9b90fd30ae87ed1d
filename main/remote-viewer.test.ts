import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BackendError } from '../backends/errors.ts';
import { createRemoteViewer } from './remote-viewer.ts';

let folder = '';
let runtime = '';
const logged: string[] = [];
const patient = { timeout: 30_000 } as const;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-viewers-'));
  runtime = join(folder, 'runtime');
  await mkdir(runtime, { mode: 0o700 });
});
afterEach(() => rm(folder, { recursive: true }));

const codeOf = (error: unknown): string => (error instanceof BackendError ? error.code : 'another error');

/** A remote-viewer that does what the script says. */
async function viewerThat(script: string, settles = 60_000) {
  const program = join(folder, 'remote-viewer');
  await writeFile(program, `#!/bin/sh\n${script}\n`);
  await chmod(program, 0o755);
  return createRemoteViewer({
    env: { PATH: `relative:${folder}:/usr/bin:/bin`, XDG_RUNTIME_DIR: runtime },
    log: (line) => logged.push(line),
    patience: settles,
  });
}

test('it is given one file that only the person may read, and the file goes with it', async () => {
  const viewer =
    await viewerThat(`printf '%s\\n' "$#" "$1" "$(stat -c %a "$1")" "$(stat -c %a "$(dirname "$1")")" "$(cat "$1")" >${folder}/seen.new
mv ${folder}/seen.new ${folder}/seen`);
  expect(await viewer.isInstalled()).toBe(true);
  await viewer.open('[virt-viewer]\ntype=vnc\npassword=$(touch x); "quoted"\n');
  const [count, path, mode, folderMode, ...text] = (await readFile(join(folder, 'seen'), 'utf8')).trimEnd().split('\n');
  expect([count, mode, folderMode]).toEqual(['1', '600', '700']);
  expect(path).toContain(runtime);
  expect(text).toEqual(['[virt-viewer]', 'type=vnc', 'password=$(touch x); "quoted"']);
  await vi.waitFor(async () => expect(await readdir(runtime)).toEqual([]), patient);
});

test('one that runs on is left alone, and what it was given goes when Guesthouse ends', async () => {
  const viewer = await viewerThat(`echo "$$" >${folder}/pid; exec sleep 60`, 100);
  await viewer.open('[virt-viewer]\n');
  expect(await readdir(runtime)).toHaveLength(1);
  await viewer.close();
  expect(await readdir(runtime)).toEqual([]);
  const pid = async (): Promise<number> => Number((await readFile(join(folder, 'pid'), 'utf8')).trim() || NaN);
  const viewerPid = await vi.waitFor(async () => {
    const found = await pid();
    expect(found).toBeGreaterThan(1);
    return found;
  }, patient);
  process.kill(viewerPid);
});

test('what a Guesthouse that was killed left behind goes with the next start; other folders stay', async () => {
  // No process has a number beyond /proc/sys/kernel/pid_max, which is 4,194,304 at most.
  const left = 'guesthouse-viewer-2147483647-AbCdEf';
  const others = [`guesthouse-viewer-${process.pid}-AbCdEf`, 'guesthouse-viewer-mine', 'something'];
  for (const name of [left, ...others]) await mkdir(join(runtime, name));
  await writeFile(join(runtime, left, 'console.vv'), 'password=secret');
  await viewerThat('exit 0');
  await vi.waitFor(async () => expect((await readdir(runtime)).sort()).toEqual(others.sort()), patient);
});

test('so many viewers at most, also when they are asked for at once', async () => {
  const viewer = await viewerThat('exit 0');
  const codes = await Promise.all(Array.from({ length: 20 }, () => viewer.open('[virt-viewer]\n').then(() => 'ok', codeOf)));
  expect(codes.filter((code) => code === 'busy')).toHaveLength(4);
});

test('one that fails says why', async () => {
  const viewer = await viewerThat('echo "cannot open display" >&2; exit 1');
  await expect(viewer.open('[virt-viewer]\n')).rejects.toEqual(
    expect.objectContaining({ code: 'internal', reason: 'cannot open display', remedy: expect.any(String) }),
  );
  await vi.waitFor(async () => expect(await readdir(runtime)).toEqual([]), patient);
});

test('where it is not installed it is not offered', async () => {
  const viewer = createRemoteViewer({ env: { PATH: `${folder}:relative` }, log: () => undefined });
  expect(await viewer.isInstalled()).toBe(false);
  await expect(viewer.open('x')).rejects.toEqual(expect.objectContaining({ code: 'unsupported' }));
});
