import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

export type WebAnswer = string | Buffer | ((request: IncomingMessage, response: ServerResponse) => void);

export interface WebServer {
  /** http://127.0.0.1:…, or https://localhost:… */
  readonly url: string;
  /** "GET /path" of each request so far. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** PEM. */
export interface WebIdentity {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** A web server of this computer with these answers by their paths, which may be changed while it runs. All else is not found. */
export async function startWebServer(answers: Record<string, WebAnswer>, identity: WebIdentity | null = null): Promise<WebServer> {
  const asked: string[] = [];
  const answerTo: RequestListener = (request, response) => {
    const path = request.url ?? '';
    asked.push(`${request.method} ${path}`);
    const answer = answers[path];
    if (answer === undefined) response.writeHead(404).end();
    else if (typeof answer === 'function') answer(request, response);
    else response.writeHead(200, { 'content-length': Buffer.byteLength(answer) }).end(request.method === 'HEAD' ? undefined : answer);
  };
  const server = identity === null ? createServer(answerTo) : createTlsServer(identity, answerTo);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the web server has no port');
  return {
    url: identity === null ? `http://127.0.0.1:${address.port}` : `https://localhost:${address.port}`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
