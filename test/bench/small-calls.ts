import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import type { PrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { openSessionAt } from '../bed/unattended-connect.ts';
import { PYTHON, script } from './python.ts';
import { median, printRow, timed } from './row.ts';

const run = promisify(execFile);
const Rates = z.object({ sequential: z.array(z.number()), threads: z.array(z.number()) });
const ROUNDS = 7;
const CALLS = 5000;
const GUESTS = 100;

/** Small calls a second: DOMAIN_GET_INFO of 100 defined guests in turn, one at a time and as many at once as the session sends. */
export async function benchSmallCalls(daemon: PrivateLibvirtd): Promise<void> {
  await run(PYTHON, [script('define-guests.py'), daemon.uri, 'define', String(GUESTS)]);
  const session = await openSessionAt(daemon.uri);
  const { domains } = await session.call(remote.connectListAllDomains, { needResults: 1, flags: 0 });
  const ask = (index: number) => {
    const dom = domains[index % domains.length];
    if (dom === undefined) throw new Error('no guests were defined');
    return session.call(remote.domainGetInfo, { dom });
  };
  const one = async () => {
    for (let index = 0; index < CALLS; index += 1) await ask(index);
  };
  const pipelined = () => Promise.all(Array.from({ length: CALLS }, (_, index) => ask(index)));
  await pipelined();
  const ours = { sequential: await timed(ROUNDS, one), pipelined: await timed(ROUNDS, pipelined) };
  session.close();
  const { stdout } = await run(PYTHON, [script('small-calls.py'), daemon.uri, String(ROUNDS), String(CALLS)]);
  const python = Rates.parse(JSON.parse(stdout));
  await run(PYTHON, [script('define-guests.py'), daemon.uri, 'undefine', String(GUESTS)]);

  const row = { unit: 'calls/s', runs: ROUNDS };
  const rate = (times: readonly number[]) => (CALLS * 1000) / median(times);
  const rival = (name: string, rates: readonly number[]) => ({ name: `python-libvirt, ${name}`, value: median(rates) });
  printRow({
    ...row,
    name: 'small calls, one at a time',
    value: rate(ours.sequential),
    against: rival('one at a time', python.sequential),
  });
  printRow({ ...row, name: 'small calls, pipelined', value: rate(ours.pipelined), against: rival('four threads', python.threads) });
}
