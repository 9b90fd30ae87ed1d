import { createServer, type Server, type Socket } from 'node:net';

/** Ways in which what listens where a libvirt daemon should may behave. */
export const badManners = ['silent', 'dripping', 'rubbish', 'leaving'] as const;
export type BadManners = (typeof badManners)[number];

const treatments: Readonly<Record<BadManners, (socket: Socket) => void>> = {
  silent: (socket) => void socket.resume(),
  // An honest beginning of a packet, and then a byte a second, so that it never ends within its time.
  dripping: (socket) => {
    socket.resume();
    socket.write(Uint8Array.of(0, 0, 0, 36));
    const timer = setInterval(() => socket.write(Uint8Array.of(0)), 1000);
    socket.on('close', () => clearInterval(timer));
  },
  rubbish: (socket) => {
    const timer = setInterval(() => socket.write('Welcome to this host, it has been expecting you.\n'.repeat(2000)), 1);
    socket.on('close', () => clearInterval(timer));
  },
  leaving: (socket) => void socket.end(),
};

/** A listener that treats whoever connects in its own bad way. */
export class BadPeer {
  readonly path: string;
  readonly manners: BadManners;
  /** How many have connected so far. */
  connections = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor(path: string, manners: BadManners) {
    this.path = path;
    this.manners = manners;
    this.#server = createServer((socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
      treatments[manners](socket);
    });
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(this.path, resolve));
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
