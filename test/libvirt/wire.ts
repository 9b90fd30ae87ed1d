import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A unix socket that leads to another one, and counts what goes through it. */
export interface Wire {
  readonly socket: string;
  /** Bytes that clients have sent. */
  sent(): number;
  /** Connections that clients have made, and those that they still hold. */
  connections(): { readonly made: number; readonly held: number };
  close(): Promise<void>;
}

export async function openWire(target: string): Promise<Wire> {
  const dir = await mkdtemp(join(tmpdir(), 'guesthouse-wire-'));
  const socket = join(dir, 'sock');
  let sent = 0;
  let made = 0;
  let held = 0;
  const server = createServer((client) => {
    made += 1;
    held += 1;
    const daemon = connect(target);
    client.on('data', (bytes) => (sent += bytes.length));
    client.on('close', () => (held -= 1));
    client.on('error', () => daemon.destroy());
    daemon.on('error', () => client.destroy());
    client.pipe(daemon).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    sent: () => sent,
    connections: () => ({ made, held }),
    async close() {
      server.close();
      await rm(dir, { recursive: true });
    },
  };
}
