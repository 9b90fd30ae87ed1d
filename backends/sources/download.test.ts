import { createHash, randomBytes } from 'node:crypto';
import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { download } from './download.ts';

// A server takes part: on a busy machine that takes long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const whole = randomBytes(700_000);
const sha256 = createHash('sha256').update(whole).digest('hex');
const etag = '"v1"';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let answers: Record<string, Answer>;
let asked: string[];
let server: Server;
let base: string;
let folder: string;

beforeEach(async () => {
  // Whoever tests behind a proxy has it in the environment.
  vi.stubEnv('no_proxy', '*');
  [answers, asked] = [{}, []];
  folder = await mkdtemp(join(tmpdir(), 'download-'));
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.range ?? ''}`.trim());
    const answer = answers[request.url ?? ''];
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  base = `http://127.0.0.1:${address.port}`;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

/** Serves the file as a good server does: whole, or from where it is asked for. */
const good: Answer = (request, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const partly = from > 0 && request.headers['if-range'] === etag;
  const range = partly ? { 'content-range': `bytes ${from}-${whole.length - 1}/${whole.length}` } : {};
  const body = partly ? whole.subarray(from) : whole;
  response.writeHead(partly ? 206 : 200, { etag, 'content-length': body.length, ...range }).end(body);
};

function fetching(
  path: string,
  more: { sum?: string | null; signal?: AbortSignal; patience?: number; report?: (share: number | null) => void } = {},
) {
  const { sum = sha256, signal = new AbortController().signal, patience = 20_000 } = more;
  const checksum = sum === null ? null : { algorithm: 'sha256' as const, value: sum };
  const wish = { url: base + path, to: join(folder, 'whole'), part: join(folder, 'part'), checksum, patience, pause: 1 };
  return download(wish, { signal, report: (_, share) => more.report?.(share) });
}
const isThere = (name: string) =>
  access(join(folder, name)).then(
    () => true,
    () => false,
  );

test('brings the file, and leaves nothing beside it', async () => {
  answers['/a.iso'] = good;
  const shares: (number | null)[] = [];
  await fetching('/a.iso', { report: (share) => shares.push(share) });
  expect((await readFile(join(folder, 'whole'))).equals(whole)).toBe(true);
  expect(await readdir(folder)).toEqual(['whole']);
  expect(shares.at(-1)).toBe(1);
});

test('goes on by itself when the connection breaks off, from where it was', async () => {
  let hangUp = () => {};
  answers['/a.iso'] = (request, response) => {
    if (asked.length > 1) return good(request, response);
    response.writeHead(200, { etag, 'content-length': whole.length }).write(whole.subarray(0, 300_000));
    hangUp = () => void response.destroy();
  };
  // Not before some of it has come: what is still on its way is lost with the connection.
  await fetching('/a.iso', { report: (share) => share !== null && hangUp() });
  expect((await readFile(join(folder, 'whole'))).equals(whole)).toBe(true);
  expect(asked).toHaveLength(2);
  expect(asked[1]).toMatch(/^GET \/a\.iso bytes=[1-9]\d*-$/);
});

test('a part of an earlier run is gone on with, and one of another version begun anew', async () => {
  const cancel = new AbortController();
  answers['/a.iso'] = (_, response) => {
    response.writeHead(200, { etag, 'content-length': whole.length }).write(whole.subarray(0, 300_000));
  };
  const report = (share: number | null) => share !== null && share > 0.2 && cancel.abort();
  await expect(fetching('/a.iso', { signal: cancel.signal, report })).rejects.toMatchObject({ code: 'cancelled' });
  expect(await isThere('part')).toBe(true);
  expect(await isThere('whole')).toBe(false);

  answers['/a.iso'] = good;
  await fetching('/a.iso');
  expect(asked.at(-1)).toMatch(/bytes=[1-9]/);
  expect((await readFile(join(folder, 'whole'))).equals(whole)).toBe(true);

  await writeFile(join(folder, 'part'), 'of another version');
  await writeFile(join(folder, 'part.json'), JSON.stringify({ url: `${base}/a.iso`, validator: '"v0"', size: whole.length }));
  await rm(join(folder, 'whole'));
  await fetching('/a.iso');
  expect((await readFile(join(folder, 'whole'))).equals(whole)).toBe(true);
});

test('a server that goes on elsewhere than it was asked to spoils nothing', async () => {
  await writeFile(join(folder, 'part'), whole.subarray(0, 1000));
  await writeFile(join(folder, 'part.json'), JSON.stringify({ url: `${base}/a.iso`, validator: etag, size: whole.length }));
  answers['/a.iso'] = (request, response) => {
    if (request.headers.range === undefined) return good(request, response);
    response.writeHead(206, { etag, 'content-range': `bytes 0-${whole.length - 1}/${whole.length}` }).end(whole);
  };
  await fetching('/a.iso');
  expect((await readFile(join(folder, 'whole'))).equals(whole)).toBe(true);
});

test('another file than the sum is of is removed', async () => {
  answers['/a.iso'] = good;
  await expect(fetching('/a.iso', { sum: '0'.repeat(64) })).rejects.toMatchObject({ code: 'bad-file' });
  expect(await readdir(folder)).toEqual([]);
});

test('a server that keeps breaking off before the first byte is given up', async () => {
  answers['/a.iso'] = (_, response) => void response.destroy();
  await expect(fetching('/a.iso')).rejects.toMatchObject({ code: 'connection-lost' });
  expect(asked).toHaveLength(4);
});

test('a server that says nothing any more is given up', async () => {
  answers['/a.iso'] = () => undefined;
  await expect(fetching('/a.iso', { patience: 50 })).rejects.toMatchObject({ code: 'timeout' });
});

test('says what is not there, not given, not ready, and larger than any disk', async () => {
  const status =
    (code: number, headers = {}): Answer =>
    (_, response) =>
      void response.writeHead(code, headers).end('no');
  answers['/private'] = status(403);
  answers['/busy'] = status(503);
  answers['/huge'] = (_, response) => void response.writeHead(200, { 'content-length': 2 ** 52 }).write('x');
  await expect(fetching('/nothing')).rejects.toMatchObject({ code: 'not-found' });
  await expect(fetching('/private')).rejects.toMatchObject({ code: 'permission' });
  await expect(fetching('/busy')).rejects.toMatchObject({ code: 'unreachable' });
  await expect(fetching('/huge')).rejects.toMatchObject({ code: 'no-space' });
});

test('follows where it is sent, but not for ever, and nowhere but to the web', async () => {
  const to =
    (location: string): Answer =>
    (_, response) =>
      void response.writeHead(302, { location }).end();
  Object.assign(answers, { '/a': to('/b'), '/b': to('/c.iso'), '/c.iso': good, '/round': to('/round'), '/file': to('file:///etc/passwd') });
  await fetching('/a');
  expect(await isThere('whole')).toBe(true);
  await expect(fetching('/round')).rejects.toMatchObject({ code: 'protocol' });
  await expect(fetching('/file')).rejects.toMatchObject({ code: 'bad-uri' });
});

test('nobody there', async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await expect(fetching('/a.iso')).rejects.toMatchObject({ code: 'unreachable' });
});
