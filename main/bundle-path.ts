import { realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
};

/** What the bundler gives a file as its path: nothing to decode, no segment that is, begins or ends with a dot. */
const PLAIN_PATH = /^(?:\/[\w-]+(?:\.[\w-]+)*)+$/;

export interface BundleFile {
  readonly path: string;
  readonly type: string;
}

/**
 * The file that a URL of the bundle stands for, or null where there is none. `pages` names the one document of each host: documents are
 * found at `/` only, so that neither host can show the other's.
 */
export async function bundleFile(root: string, pages: ReadonlyMap<string, string>, address: string): Promise<BundleFile | null> {
  const url = parse(address);
  const page = pages.get(url?.host ?? '');
  if (url === null || page === undefined || url.search !== '' || url.username !== '' || url.password !== '') return null;
  // The URL parser has resolved dots by now; what was asked for must have needed none of that.
  if (address.replace(/#.*$/s, '') !== `${url.protocol}//${url.host}${url.pathname}`) return null;
  if (url.pathname !== '/' && (!PLAIN_PATH.test(url.pathname) || extname(url.pathname) === '.html')) return null;
  const type = TYPES[extname(url.pathname === '/' ? page : url.pathname)];
  if (type === undefined) return null;
  try {
    const inside = (await realpath(root)) + sep;
    const path = await realpath(join(inside, url.pathname === '/' ? page : url.pathname));
    return path.startsWith(inside) && (await stat(path)).isFile() ? { path, type } : null;
  } catch {
    return null;
  }
}

/** URL.canParse is not in Node 18.15. */
function parse(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}
