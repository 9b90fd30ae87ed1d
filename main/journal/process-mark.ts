import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** One run of a program: process ids are given out again, and all of them after a restart of the computer. */
export const ProcessMark = z.strictObject({
  pid: z.number().int().positive(),
  /** In clock ticks since the computer started (proc(5), field 22 of "stat"). */
  started: z.string().max(32),
  boot: z.string().max(64),
});
export type ProcessMark = z.infer<typeof ProcessMark>;

export async function ownMark(): Promise<ProcessMark> {
  return { pid: process.pid, started: (await startOf(process.pid)) ?? '', boot: await bootId() };
}

export async function isAlive({ pid, started, boot }: ProcessMark): Promise<boolean> {
  return boot === (await bootId()) && started === (await startOf(pid));
}

async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
}

/** Null: there is no such process. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  // The second field is the program's name, which may hold spaces and brackets.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? null : (fields[18] ?? null);
}
