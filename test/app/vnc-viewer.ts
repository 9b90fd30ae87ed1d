import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Another viewer of a guest's screen, which takes it for itself alone or shares it. RFC 6143, 7.1 to 7.3. */
export async function otherViewer(port: number, shared: boolean): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  // What it is cut off with is nobody's fault.
  socket.on('error', () => undefined);
  const answers = [Buffer.from('RFB 003.008\n'), Buffer.from([1]), Buffer.from([shared ? 1 : 0])];
  let have = Buffer.alloc(0);
  // The server's version; its kinds of security, one; that it is content.
  const steps = [12, 2, 4];
  for (const [index, length] of steps.entries()) {
    while (have.length < length) {
      const [chunk]: unknown[] = await once(socket, 'data');
      if (chunk instanceof Buffer) have = Buffer.concat([have, chunk]);
    }
    have = have.subarray(length);
    socket.write(answers[index] ?? Buffer.alloc(0));
  }
  socket.resume();
  return socket;
}
