import { BackendError } from '../errors.ts';
import { statusFault, webFault } from './web-fault.ts';
import { askWeb } from './web-request.ts';

/** A small text from the web, at most `largest` bytes of it: 'too-large' else. */
export async function fetchText(address: string, largest: number, signal: AbortSignal): Promise<string> {
  const { url, status, message } = await askWeb(address, { signal });
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    if (status !== 200) throw statusFault(url, status);
    for await (const chunk of message) {
      if (!Buffer.isBuffer(chunk)) continue;
      size += chunk.length;
      if (size > largest)
        throw new BackendError('too-large', `What ${url.host} has at this address is too large to be what was looked for.`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw webFault(url, error, signal);
  } finally {
    message.destroy();
  }
  return Buffer.concat(chunks).toString('utf8');
}
