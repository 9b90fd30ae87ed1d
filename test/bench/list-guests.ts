import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { libvirtBackend } from '../../backends/libvirt/libvirt-backend.ts';
import type { PrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { median, printRow, timed } from './row.ts';

const run = promisify(execFile);
// Debian's python3-libvirt belongs to the system's Python, whichever python3 comes first in PATH.
const PYTHON = '/usr/bin/python3';
const script = (name: string) => fileURLToPath(new URL(`../../test/bench/${name}`, import.meta.url));
const Times = z.object({ warm: z.array(z.number()), fresh: z.array(z.number()) });
const ROUNDS = 9;

/** B1 and B2: list, state and statistics of 1, 100, 1,000 and 10,000 defined guests of one daemon. */
export async function benchListGuests(daemon: PrivateLibvirtd): Promise<void> {
  for (const guests of [1, 100, 1000, 10_000]) {
    await run(PYTHON, [script('define-guests.py'), daemon.uri, 'define', String(guests)]);
    const { stdout } = await run(PYTHON, [script('list-guests.py'), daemon.uri, String(ROUNDS)]);
    const python = Times.parse(JSON.parse(stdout));
    const virsh = await timed(ROUNDS, () => daemon.virsh('domstats'));

    const connection = await libvirtBackend.connect(daemon.uri, new AbortController().signal);
    const read = () => Promise.all([connection.listGuests(), connection.countGuests()]);
    const listed = (await read())[0].length;
    if (listed !== guests) throw new Error(`${listed} guests were listed of ${guests}`);
    const warm = await timed(ROUNDS, read);
    await connection.close();
    const fresh = await timed(ROUNDS, async () => {
      const another = await libvirtBackend.connect(daemon.uri, new AbortController().signal);
      await Promise.all([another.listGuests(), another.countGuests()]);
      await another.close();
    });

    const row = { unit: 'ms', runs: ROUNDS };
    const name = `list, state and statistics of ${guests} guests`;
    printRow({
      ...row,
      name: `B1 ${name}, open connection`,
      value: median(warm),
      against: { name: 'python-libvirt', value: median(python.warm) },
    });
    printRow({
      ...row,
      name: `B2 connect, ${name}`,
      value: median(fresh),
      against: { name: 'virsh domstats, a process', value: median(virsh) },
    });
    printRow({
      ...row,
      name: `B2 connect, ${name}`,
      value: median(fresh),
      against: { name: 'python-libvirt, connect included', value: median(python.fresh) },
    });
    await run(PYTHON, [script('define-guests.py'), daemon.uri, 'undefine', String(guests)]);
  }
}
