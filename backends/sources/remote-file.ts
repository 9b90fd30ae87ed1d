import type { IncomingHttpHeaders } from 'node:http';
import type { RemoteFile } from '#model/remote-source';
import { statusFault } from './web-fault.ts';
import { askWeb, type WebReply } from './web-request.ts';

/** What a server says of a file without giving it: its size, and whether a download that broke off can go on. Rejects with 'not-found' and others. */
export async function describeRemoteFile(address: string, signal: AbortSignal): Promise<RemoteFile> {
  const head = await ask(address, 'HEAD', {}, signal);
  // Some servers know no HEAD: the first byte tells the same.
  const reply = [403, 405, 501].includes(head.status) ? await ask(address, 'GET', { range: 'bytes=0-0' }, signal) : head;
  const { url, status, headers } = reply;
  if (status !== 200 && status !== 206) throw statusFault(url, status);
  const size = status === 206 ? totalOf(headers) : lengthOf(headers);
  const resumable = (status === 206 || headers['accept-ranges'] === 'bytes') && validatorOf(headers) !== null;
  return { url: address, name: fileNameOf(address), size, resumable };
}

async function ask(address: string, method: 'GET' | 'HEAD', extra: Record<string, string>, signal: AbortSignal) {
  const { url, status, message }: WebReply = await askWeb(address, { method, headers: extra, signal });
  message.destroy();
  return { url, status, headers: message.headers };
}

/** Bytes that come; null where they are not told. */
export function lengthOf(headers: IncomingHttpHeaders): number | null {
  return sizeOf(headers['content-length']);
}

/** Of the whole file, of which a part comes. */
export function totalOf(headers: IncomingHttpHeaders): number | null {
  return sizeOf(/^bytes \d+-\d+\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1]);
}

function sizeOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return null;
  return Number.isSafeInteger(Number(text)) ? Number(text) : null;
}

/** By which a server tells that a file is still the same (RFC 9110, 13.1.5): weak tags do not tell it of every byte. */
export function validatorOf(headers: IncomingHttpHeaders): string | null {
  const { etag } = headers;
  if (etag !== undefined && !etag.startsWith('W/')) return etag;
  return headers['last-modified'] ?? null;
}

/** As the address ends, without what has no place in a file's name. */
export function fileNameOf(address: string): string {
  const last = /^[a-z]+:\/\/[^/]*\/(?:[^?#]*\/)?([^/?#]*)/i.exec(address)?.[1] ?? '';
  const plain = decoded(last)
    .replaceAll(/[/\\\p{C}\p{Zl}\p{Zp}]/gu, '_')
    .replace(/^[.\s]+/, '');
  return Array.from(plain).slice(0, 128).join('') || 'download';
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
