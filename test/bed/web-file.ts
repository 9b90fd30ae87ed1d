import type { WebAnswer } from './web-server.ts';

/** What becomes of one answer: after so many bytes its connection ends, or nothing more comes until the client goes. */
export type Trouble = { readonly cutAfter: number } | { readonly stallAfter: number };

export interface WebFile {
  readonly answer: WebAnswer;
  /** Where each answer began, in bytes of the file; nothing of those that only asked about it. */
  readonly begun: number[];
  /** Of the next answers, one each. */
  readonly troubles: Trouble[];
}

/** A file as the servers of distributions give it: by ranges, as long as it is still the same (RFC 9110, 14). */
export function webFile(content: Buffer): WebFile {
  const begun: number[] = [];
  const troubles: Trouble[] = [];
  const etag = '"the-only-one"';
  return {
    begun,
    troubles,
    answer(request, response) {
      const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
      const isRest = from !== undefined && request.headers['if-range'] === etag;
      const first = isRest ? Number(from) : 0;
      const rest = content.subarray(first);
      response.writeHead(isRest ? 206 : 200, {
        etag,
        'accept-ranges': 'bytes',
        'content-length': rest.length,
        ...(isRest && { 'content-range': `bytes ${first}-${content.length - 1}/${content.length}` }),
      });
      if (request.method === 'HEAD') {
        response.end();
        return;
      }
      begun.push(first);
      const trouble = troubles.shift();
      if (trouble === undefined) response.end(rest);
      else if ('stallAfter' in trouble) response.write(rest.subarray(0, trouble.stallAfter));
      else response.write(rest.subarray(0, trouble.cutAfter), () => response.socket?.destroySoon());
    },
  };
}
