import { createInterface } from 'node:readline';
import { z } from 'zod';
import { faultOf } from '../../backends/errors.ts';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import { unattended } from '../bed/unattended-connect.ts';

/** Somebody at a desktop who connects to libvirt each time they are told to. */
const Order = z.object({ uri: z.string(), readOnly: z.boolean().default(false) });
const say = (answer: unknown) => process.stdout.write(`${JSON.stringify(answer)}\n`);

say({ pid: process.pid });
for await (const line of createInterface({ input: process.stdin })) {
  const { uri, readOnly } = Order.parse(JSON.parse(line));
  try {
    const connection = await libvirtBackend.connect(uri, { ...unattended(), readOnly });
    say({ guests: (await connection.listGuests()).length });
    await connection.close();
  } catch (error) {
    say({ fault: faultOf(error) });
  }
}
