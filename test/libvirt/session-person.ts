import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { HostConnection } from '../../backends/backend.ts';
import { faultOf } from '../../backends/errors.ts';
import { connectTo } from '../bed/unattended-connect.ts';
import { guestRequest, newDisk, plainSpec } from '../bed/guest-request.ts';
import { quietOperation } from '../bed/quiet-operation.ts';

/** Somebody who uses their own libvirt through the whole backend, as they are told to. */
const Order = z.discriminatedUnion('do', [
  z.object({ do: z.literal('connect'), uri: z.string(), times: z.number().default(1) }),
  z.object({ do: z.literal('list') }),
  z.object({ do: z.literal('provide-pool') }),
  z.object({ do: z.literal('create'), name: z.string(), media: z.string() }),
  z.object({ do: z.literal('act'), id: z.string(), action: z.enum(['force-off', 'start']) }),
  z.object({ do: z.literal('changes') }),
]);
type Order = z.infer<typeof Order>;

const MiB = 1024 * 1024;
const connections: HostConnection[] = [];
const changes: unknown[] = [];

async function listen(connection: HostConnection): Promise<void> {
  for await (const change of connection.changes) changes.push(change);
}

async function obey(order: Order): Promise<unknown> {
  if (order.do === 'connect') {
    connections.push(...(await Promise.all(Array.from({ length: order.times }, () => connectTo(order.uri)))));
    const [first] = connections;
    if (first !== undefined) void listen(first);
    return { facts: first?.facts, commands: connections.length };
  }
  const [connection] = connections;
  if (connection === undefined) throw new Error('not connected');
  switch (order.do) {
    case 'list':
      return { guests: await connection.listGuests(), pools: await connection.storage?.listPools() };
    case 'provide-pool':
      await connection.storage?.provideDefaultPool();
      return {};
    case 'create': {
      const { name, media } = order;
      const spec = plainSpec(name, { memory: 128 * MiB, disks: [newDisk('default', 64 * MiB)] });
      const id = await connection.creation?.create(guestRequest(spec, media), quietOperation());
      return { id };
    }
    case 'act':
      await connection.act(order.id, order.action);
      return {};
    case 'changes':
      break;
  }
  return { changes };
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await obey(Order.parse(JSON.parse(line))).catch((error: unknown) => ({ fault: faultOf(error) }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
