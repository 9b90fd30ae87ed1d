import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { lookup } from 'node:dns/promises';
import { createServer as createPlain, type RequestListener, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { describeRemoteFile } from './remote-file.ts';
import { fetchText } from './remote-text.ts';
import { agreeToPrivate, type Resolve } from './web-place.ts';
import { askWeb } from './web-request.ts';

// A server takes part: on a busy machine that takes long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { signal } = new AbortController();
const servers: Server[] = [];
/** Servers know nothing any more of what became a tunnel. */
const tunnels: Duplex[] = [];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'web-'));
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', '-days', '3650', ...key, ...subject, ...files], { stdio: 'ignore' });
});
afterAll(() => rmSync(folder, { recursive: true }));
// Whoever tests behind a proxy has it in the environment.
beforeEach(() => vi.stubEnv('no_proxy', '*'));
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const tunnel of tunnels.splice(0)) tunnel.destroy();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
/** The server of the test itself. */
const localhostOr =
  (resolve: Resolve): Resolve =>
  async (name) =>
    name === 'localhost' ? lookup(name, { all: true }) : resolve(name);
const plain = async (answer: RequestListener) => `http://localhost:${await listen(createPlain(answer))}`;
const secure = async (answer: RequestListener) => {
  const files = { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'cert.pem')) };
  return `https://localhost:${await listen(createSecure(files, answer))}`;
};

test('a certificate that nobody vouches for is refused, and one of the trust store taken', async () => {
  const url = await secure((_, response) => response.end('secret'));
  await expect(fetchText(url, 100, signal)).rejects.toMatchObject({ code: 'untrusted' });
  vi.stubEnv('SSL_CERT_FILE', join(folder, 'cert.pem'));
  expect(await fetchText(url, 100, signal)).toBe('secret');
});

test('is not led from https to http', async () => {
  const open = await plain((_, response) => response.end('anybody'));
  const url = await secure((_, response) => response.writeHead(302, { location: open }).end());
  vi.stubEnv('SSL_CERT_FILE', join(folder, 'cert.pem'));
  await expect(fetchText(url, 100, signal)).rejects.toMatchObject({ code: 'insecure' });
});

test('is not led from elsewhere to this computer itself', async () => {
  for (const location of [
    'http://127.1/x',
    'http://localhost:631/',
    'http://169.254.169.254/latest/',
    'http://[::1]/',
    'http://10.0.0.1/',
    'http://[fd00::1]/',
  ]) {
    const proxy = createPlain((_, response) => response.writeHead(302, { location }).end());
    vi.stubEnv('http_proxy', `http://localhost:${await listen(proxy)}`);
    vi.stubEnv('no_proxy', '');
    await expect(fetchText('http://far.example.org/x', 100, signal)).rejects.toMatchObject({ code: 'insecure' });
  }
});

test('a name that stands for this computer or a private network gets no request, whatever else it stands for', async () => {
  let asked = 0;
  const port = await listen(createPlain((_, response) => response.end(`request ${++asked}`)));
  const names = new Map([
    ['rebound.example.org', ['203.0.113.7', '127.0.0.1']],
    ['secrets.example.org', ['169.254.169.254']],
    ['mapped.example.org', ['::ffff:127.0.0.1']],
    ['inside.example.org', ['10.1.2.3']],
    ['nowhere.example.org', []],
  ]);
  const looked: string[] = [];
  const resolve = async (name: string) => {
    looked.push(name);
    return (names.get(name) ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  const ask = (name: string) => askWeb(`http://${name}:${port}/`, { signal, resolve });
  for (const name of ['rebound', 'secrets', 'mapped', 'inside']) {
    await expect(ask(`${name}.example.org`)).rejects.toMatchObject({ code: 'insecure' });
  }
  await expect(ask('nowhere.example.org')).rejects.toMatchObject({ code: 'unreachable' });
  // Each is looked up once, by the connection that would have been made.
  expect(looked).toEqual(['rebound', 'secrets', 'mapped', 'inside', 'nowhere'].map((name) => `${name}.example.org`));
  expect(asked).toBe(0);
});

test('is led to no such name either, and agreeing to a private network is not agreeing to this computer', async () => {
  const location = 'http://rebound.example.org/';
  const port = await listen(createPlain((_, response) => response.writeHead(302, { location }).end()));
  const resolve = async (name: string) => [{ address: name === 'rebound.example.org' ? '127.0.0.1' : '10.1.2.3', family: 4 }];
  agreeToPrivate('rebound.example.org');
  await expect(askWeb(`http://localhost:${port}/`, { signal, resolve: localhostOr(resolve) })).rejects.toMatchObject({ code: 'insecure' });
});

test('goes by the proxy of the environment: by the whole address, or through a tunnel', async () => {
  const seen: string[] = [];
  const proxy = createPlain((request, response) => {
    seen.push(`${request.url} ${request.headers.host} ${request.headers['proxy-authorization'] ?? ''}`);
    response.end('by the proxy');
  });
  proxy.on('connect', (request, socket, head) => {
    seen.push(`CONNECT ${request.url}`);
    const [host = '', port] = (request.url ?? '').split(':');
    const beyond = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      beyond.write(head);
      beyond.pipe(socket).pipe(beyond);
    });
    tunnels.push(socket, beyond);
    beyond.on('error', () => socket.destroy());
    socket.on('error', () => beyond.destroy());
  });
  const address = `http://ada:s%C3%A9cret@localhost:${await listen(proxy)}`;
  vi.stubEnv('http_proxy', address);
  vi.stubEnv('https_proxy', address);
  vi.stubEnv('no_proxy', '');
  expect(await fetchText('http://far.example.org/x', 100, signal)).toBe('by the proxy');
  expect(seen).toEqual([`http://far.example.org/x far.example.org Basic ${Buffer.from('ada:sécret').toString('base64')}`]);

  const url = await secure((_, response) => response.end('through the tunnel'));
  vi.stubEnv('SSL_CERT_FILE', join(folder, 'cert.pem'));
  expect(await fetchText(url, 100, signal)).toBe('through the tunnel');
  expect(seen[1]).toBe(`CONNECT ${new URL(url).host}`);
});

test('a text that has no end is not read to it', async () => {
  const url = await plain((_, response) => void response.write('x'.repeat(2000)));
  await expect(fetchText(url, 1000, signal)).rejects.toMatchObject({ code: 'too-large' });
});

test('says how large a file is, also where the server knows no HEAD', async () => {
  const url = await plain((request, response) => {
    if (request.url === '/a.iso') {
      response.writeHead(200, { 'content-length': 700, 'accept-ranges': 'bytes', etag: '"a"' }).end();
    } else if (request.method === 'HEAD') response.writeHead(405).end();
    else response.writeHead(206, { 'content-range': 'bytes 0-0/900', 'content-length': 1, etag: 'W/"weak"' }).end('x');
  });
  expect(await describeRemoteFile(`${url}/a.iso`, signal)).toEqual({ url: `${url}/a.iso`, name: 'a.iso', size: 700, resumable: true });
  const named = `${url}/..%2F..%2Fetc%2Fpasswd?x=1`;
  expect(await describeRemoteFile(named, signal)).toEqual({ url: named, name: '_.._etc_passwd', size: 900, resumable: false });
});
