import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { PrivateLibvirtd } from './private-libvirtd.ts';

const run = promisify(execFile);

/** A cable between this process's network namespace and the one of a private libvirtd. */
export interface LinkedHost {
  /** Of the daemon's end, reachable from here. */
  readonly address: string;
  /** Of this end. */
  readonly here: string;
  /** Unplugs it at the far end: what is sent vanishes, and nobody is told. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  remove(): Promise<void>;
}

/** The far end's address on such a cable, for certificates that must be there before it is laid. */
export const linkedAddress = (subnet: number) => `10.77.${subnet}.2`;

/** Needs `startPrivateLibvirtd({ network: true })` and root. `subnet`: 1 to 254, of which each test file has its own. */
export async function linkHost(daemon: PrivateLibvirtd, subnet: number): Promise<LinkedHost> {
  const namespace = daemon.enter.find((word) => word.startsWith('--target='))?.slice('--target='.length);
  if (namespace === undefined || !daemon.enter.includes('--net')) throw new Error('this daemon has no network namespace of its own');
  const near = `cable${subnet}n`;
  const far = `cable${subnet}f`;
  const here = `10.77.${subnet}.1`;
  const address = linkedAddress(subnet);
  const inside = (...words: string[]) => run(daemon.enter[0], [...daemon.enter.slice(1), ...words]);

  await run('ip', ['link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', namespace]);
  await run('ip', ['address', 'add', `${here}/24`, 'dev', near]);
  await run('ip', ['link', 'set', near, 'up']);
  await inside('ip', 'address', 'add', `${address}/24`, 'dev', far);
  await inside('ip', 'link', 'set', far, 'up');
  // An end that is down takes the other's carrier, and both sides would be told at once. Filters at both ends are as silent as a dead switch.
  const filters = [
    { nft: (...words: string[]) => run('nft', words), device: near },
    { nft: (...words: string[]) => inside('nft', ...words), device: far },
  ];
  const restore = async () => {
    for (const { nft, device } of filters) await nft('delete', 'table', 'inet', `cut-${device}`).catch(() => undefined);
  };
  return {
    address,
    here,
    async cut() {
      for (const { nft, device } of filters) {
        const table = `inet cut-${device}`;
        const chain = `${table} arriving`;
        const hook = '{ type filter hook prerouting priority raw; }';
        await nft(`add table ${table}; add chain ${chain} ${hook}; add rule ${chain} iifname "${device}" drop`);
      }
    },
    restore,
    async remove() {
      await restore();
      await run('ip', ['link', 'delete', near]);
    },
  };
}
