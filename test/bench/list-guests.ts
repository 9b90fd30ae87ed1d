import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import type { Session } from '../../backends/libvirt/rpc/session.ts';
import { allMeasures } from '../../backends/model/sample.ts';
import type { PrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { PYTHON, script } from './python.ts';
import { median, printRow, timed } from './row.ts';
import { connectTo, openSessionAt } from '../bed/unattended-connect.ts';

const run = promisify(execFile);
const Times = z.object({ everything: z.array(z.number()), shown: z.array(z.number()), fresh: z.array(z.number()) });
const ROUNDS = 9;

/** Exactly the rival's two calls: every guest, and every parameter of every one. */
const readEverything = (session: Session) =>
  Promise.all([
    session.call(remote.connectListAllDomains, { needResults: 1, flags: 0 }),
    session.call(remote.connectGetAllDomainStats, { doms: [], stats: 0, flags: 0 }),
  ]);

/** B1 and B2: list, state and statistics of 1, 100, 1,000 and 10,000 defined guests of one daemon. */
export async function benchListGuests(daemon: PrivateLibvirtd): Promise<void> {
  for (const guests of [1, 100, 1000, 10_000]) {
    await run(PYTHON, [script('define-guests.py'), daemon.uri, 'define', String(guests)]);
    const { stdout } = await run(PYTHON, [script('list-guests.py'), daemon.uri, String(ROUNDS)]);
    const python = Times.parse(JSON.parse(stdout));
    const virsh = await timed(ROUNDS, () => daemon.virsh('domstats'));

    const session = await openSessionAt(daemon.uri);
    const [list, statistics] = await readEverything(session);
    if (list.domains.length !== guests || statistics.retStats.length !== guests) throw new Error('not all guests were read');
    const everything = await timed(ROUNDS, () => readEverything(session));
    session.close();

    const connection = await connectTo(daemon.uri);
    const shown = await timed(ROUNDS, () => Promise.all([connection.listGuests(), connection.countGuests(allMeasures)]));
    await connection.close();
    const fresh = await timed(ROUNDS, async () => {
      const another = await openSessionAt(daemon.uri);
      await readEverything(another);
      another.close();
    });

    const row = { unit: 'ms', runs: ROUNDS };
    const of = `of ${guests} guests`;
    const library = (times: readonly number[]) => ({ name: 'python-libvirt, the same', value: median(times) });
    printRow({ ...row, name: `B1 list and all statistics ${of}`, value: median(everything), against: library(python.everything) });
    printRow({ ...row, name: `B1 what the list shows ${of}`, value: median(shown), against: library(python.shown) });
    printRow({ ...row, name: `B2 connect, list and all statistics ${of}`, value: median(fresh), against: library(python.fresh) });
    const process = { name: 'virsh domstats, a process', value: median(virsh) };
    printRow({ ...row, name: `B2 connect, list and all statistics ${of}`, value: median(fresh), against: process });
    await run(PYTHON, [script('define-guests.py'), daemon.uri, 'undefine', String(guests)]);
  }
}
