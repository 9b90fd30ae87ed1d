import { setTimeout as sleep } from 'node:timers/promises';
import type { PrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { startEmptyWindow, startGuesthouse, startUnattended, untilListed } from './our-window.ts';
import { usageOf } from './process-tree.ts';
import { startVirtManager } from './rival-window.ts';
import { median, printRow } from './row.ts';
import { testHost } from './test-host.ts';

const GUESTS = 1000;
const STARTS = 5;
/** Each of five: statistics are read every three seconds, so each has the same number of readings in it. */
const IDLE_MS = 9000;
const MB = 1_000_000;

interface Idle {
  /** Shares of one core. */
  readonly cpu: number[];
  readonly memory: number;
}

async function idle(pid: number): Promise<Idle> {
  // What a start leaves to do is not idling.
  await sleep(5000);
  const cpu: number[] = [];
  for (let run = 0; run < STARTS; run += 1) {
    const before = (await usageOf(pid)).cpu;
    await sleep(IDLE_MS);
    cpu.push(((await usageOf(pid)).cpu - before) / IDLE_MS);
  }
  return { cpu, memory: (await usageOf(pid)).memory };
}

/** B3 to B6: starting, and standing idle with 1,000 running guests whose statistics are shown. */
export async function benchWindow(daemon: PrivateLibvirtd): Promise<void> {
  const host = await testHost(daemon, GUESTS);
  const ours: { listed: number[]; painted: number[] } = { listed: [], painted: [] };
  const empty: number[] = [];
  const rival: number[] = [];
  for (let round = 1; round < STARTS; round += 1) {
    const window = await startGuesthouse(host.ours);
    ours.listed.push(await untilListed(window, GUESTS));
    ours.painted.push(window.painted);
    await window.stop();
    const bare = await startEmptyWindow();
    empty.push(bare.painted);
    await bare.stop();
    const manager = await startVirtManager(host.rivals, GUESTS);
    rival.push(manager.listed);
    await manager.stop();
  }
  const bare = await startEmptyWindow();
  empty.push(bare.painted);
  await sleep(5000);
  const bareMemory = (await usageOf(bare.pid)).memory;
  await bare.stop();

  const last = await startGuesthouse(host.ours);
  ours.listed.push(await untilListed(last, GUESTS));
  ours.painted.push(last.painted);
  await last.stop();

  const window = await startUnattended(host.ours);
  const shown = await idle(window.pid);
  await window.minimise();
  const hidden = await idle(window.pid);
  await window.stop();

  const manager = await startVirtManager(host.rivals, GUESTS);
  rival.push(manager.listed);
  const managerIdle = await idle(manager.pid);
  await manager.stop();

  const name = `${GUESTS} running guests`;
  const runs = STARTS;
  const against = (value: number, rivalName = 'virt-manager') => ({ name: rivalName, value });
  printRow({ name: `B3 start to the list of ${name}`, value: median(ours.listed), unit: 'ms', against: against(median(rival)), runs });
  printRow({
    name: 'B4 start to first paint',
    value: median(ours.painted),
    unit: 'ms',
    against: against(median(empty), 'an empty window'),
    runs,
  });
  const share = { unit: '% of a core', runs };
  const rivalShare = against(median(managerIdle.cpu) * 100);
  printRow({ ...share, name: `B5 idle with ${name}, list shown`, value: median(shown.cpu) * 100, against: rivalShare });
  printRow({ ...share, name: `B5 idle with ${name}, minimised`, value: median(hidden.cpu) * 100, against: rivalShare });
  const memory = { name: `B6 memory with ${name}`, value: shown.memory / MB, unit: 'MB', runs: 1 };
  printRow({ ...memory, against: against(bareMemory / MB, 'an empty window') });
  printRow({ ...memory, against: against(managerIdle.memory / MB) });
}
