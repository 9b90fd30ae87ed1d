import { access, readFile } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { createSecureContext } from 'node:tls';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { BackendError } from '../errors.ts';
import { webFault } from './web-fault.ts';
import { guardedLookup, placeByWords, type Resolve } from './web-place.ts';

export interface WebWish {
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte after which the server is given up. */
  readonly patience?: number | undefined;
  /** What names stand for; the system is asked unless a test has its own. */
  readonly resolve?: Resolve | undefined;
}

export interface WebReply {
  /** Where it came from in the end. */
  readonly url: URL;
  readonly status: number;
  readonly message: IncomingMessage;
}

const REDIRECTS_MAX = 8;
const PATIENCE = 60_000;
/** Nobody elsewhere has files for us nearer by. Names tell where they are only when they are looked up. */
const nearness = { far: 0, near: 1, here: 2 };
const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

/**
 * Asks a web server, by the proxy that the environment names, and follows where it sends us: not from https to http, where anybody on the way
 * could answer. Any status but a redirect is an answer. Whoever takes it reads `message` or destroys it. Rejects with BackendError.
 */
export async function askWeb(address: string, wish: WebWish): Promise<WebReply> {
  let url = parseAddress(address);
  for (let followed = 0; followed <= REDIRECTS_MAX; followed += 1) {
    const message = await askOnce(url, wish);
    const status = message.statusCode ?? 0;
    if (!isRedirect(status) || message.headers.location === undefined) return { url, status, message };
    message.destroy();
    const next = parseAddress(message.headers.location, url);
    if (url.protocol === 'https:' && next.protocol === 'http:') {
      throw new BackendError('insecure', `${url.host} sends us on to ${next.host} without encryption.`, {
        remedy: 'Choose another server, or download it with your browser and check its sum.',
      });
    }
    const [from, to] = [placeByWords(url.hostname), placeByWords(next.hostname)];
    if (nearness[to] > nearness[from]) {
      const where = to === 'here' ? 'this computer itself' : 'a private network';
      throw new BackendError('insecure', `${url.host} sends us on to ${where}.`, { remedy: 'Choose another server.' });
    }
    url = next;
  }
  throw new BackendError('protocol', `${url.host} sends us from one address to the next without an end.`, { remedy: 'Check the address.' });
}

/** Throws 'bad-uri' for all but http and https, and for addresses with a password in them. */
function parseAddress(text: string, base?: URL): URL {
  try {
    const url = new URL(text, base);
    if (/^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && text.length <= 4096) return url;
  } catch {
    // Told below, as any other address that is none.
  }
  throw new BackendError('bad-uri', 'This is no address to fetch from.', {
    remedy: 'It must begin with https:// or http://, and have no password in it.',
  });
}

async function askOnce(
  url: URL,
  { method = 'GET', headers = {}, signal, patience = PATIENCE, resolve }: WebWish,
): Promise<IncomingMessage> {
  if (signal.aborted) throw webFault(url, signal.reason, signal);
  const options = await roadTo(url, {
    method,
    signal,
    timeout: patience,
    headers: { 'user-agent': 'Guesthouse', accept: '*/*', 'accept-encoding': 'identity', ...headers },
    lookup: guardedLookup(resolve),
  });
  return new Promise((resolve, reject) => {
    const asked: ClientRequest = options.send((message) => resolve(message));
    asked.on('timeout', () => asked.destroy(Object.assign(new Error('no byte in time'), { code: 'ETIMEDOUT' })));
    asked.on('error', (error) => reject(webFault(url, error, signal)));
    asked.end();
  });
}

/** A name is looked up by who connects: the proxy, where there is one, whose own name may well be of this computer. */
const withoutLookup = ({ lookup: _ours, ...options }: RequestOptions): RequestOptions => options;

/** Whether another computer looks the name up for us. */
export const goesByProxy = (url: URL): boolean => getProxyForUrl(url.href) !== '';

/** Straight, or by the environment's proxy: what is encrypted through a tunnel, what is not by its whole address (RFC 9112, 3.2.2). */
async function roadTo(url: URL, options: RequestOptions): Promise<{ send(answered: (message: IncomingMessage) => void): ClientRequest }> {
  const proxy = getProxyForUrl(url.href);
  if (url.protocol === 'https:') {
    const trust = await trusted();
    const road =
      proxy === ''
        ? { ...options, agent: trust?.agent }
        : { ...withoutLookup(options), agent: new HttpsProxyAgent(proxy), ca: trust?.authorities };
    return { send: (answered) => httpsRequest(url, road, answered) };
  }
  if (proxy === '') return { send: (answered) => httpRequest(url, options, answered) };
  const { hostname, port, username, password } = new URL(proxy);
  const throughProxy = { ...withoutLookup(options), hostname, port: port === '' ? 80 : port, path: url.href };
  return {
    send(answered) {
      const asked = httpRequest(throughProxy, answered);
      asked.setHeader('host', url.host);
      const pass = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
      if (username !== '') asked.setHeader('proxy-authorization', `Basic ${pass}`);
      return asked;
    },
  };
}

// Fedora's, Debian's and OpenSSL's own places. Node would take the list that it was built with, which lacks an administrator's own authority.
const stores = ['/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/cert.pem'];

interface Trust {
  readonly authorities: Buffer;
  /** Made once: a hundred certificates take their time to read. */
  readonly agent: Agent;
}
const known = new Map<string, Promise<Trust>>();

/** Whom this computer trusts; null: whom Node does. SSL_CERT_FILE goes before (openssl-env(7)). */
async function trusted(): Promise<Trust | null> {
  for (const file of [process.env['SSL_CERT_FILE'] ?? '', ...stores]) {
    if (file === '' || !(await isThere(file))) continue;
    const trust = known.get(file) ?? readTrust(file);
    known.set(file, trust);
    return trust;
  }
  return null;
}

async function readTrust(file: string): Promise<Trust> {
  const authorities = await readFile(file);
  return { authorities, agent: new Agent({ secureContext: createSecureContext({ ca: authorities }) }) };
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
