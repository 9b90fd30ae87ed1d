import { readdir, readFile } from 'node:fs/promises';

/** Linux counts CPU time in these, always 100 a second for programs (proc(5), USER_HZ). */
const TICK_MS = 10;

export interface Usage {
  /** CPU time since each process began, in milliseconds. */
  readonly cpu: number;
  /** Proportional share of memory (pages shared by n processes count 1/n), in bytes. */
  readonly memory: number;
}

/** What a process and all that it started use. */
export async function usageOf(root: number): Promise<Usage> {
  const parents = new Map<number, number>();
  for (const entry of await readdir('/proc')) {
    if (/^\d+$/.test(entry)) parents.set(Number(entry), await parentOf(entry));
  }
  const tree = new Set([root]);
  for (let size = 0; size !== tree.size;) {
    size = tree.size;
    for (const [pid, parent] of parents) if (tree.has(parent)) tree.add(pid);
  }
  const usages = await Promise.all([...tree].map(usageOfProcess));
  return { cpu: usages.reduce((sum, { cpu }) => sum + cpu, 0), memory: usages.reduce((sum, { memory }) => sum + memory, 0) };
}

/** After the name in brackets, which may hold anything (proc(5)). */
async function statFields(pid: number | string): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

async function parentOf(pid: string): Promise<number> {
  return Number((await statFields(pid))[1] ?? 0);
}

async function usageOfProcess(pid: number): Promise<Usage> {
  const fields = await statFields(pid);
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return {
    cpu: (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS,
    memory: Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024,
  };
}
