import { type ChildProcess, spawn } from 'node:child_process';

// Told the leader of a process group by its first line; the end of its input, by whatever end of ours, is when to act.
const SCRIPT = `
IFS= read -r leader && while IFS= read -r _; do :; done
rm -rf -- "$1"
if [ -n "$leader" ]; then
  kill -s TERM -- "-$leader" 2>/dev/null
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    kill -s 0 -- "-$leader" 2>/dev/null || exit 0
    sleep 0.1
  done
  kill -s KILL -- "-$leader" 2>/dev/null
fi`;

/** Sees to it that nothing is left when we are gone, even by SIGKILL: neither a process group nor its directory. */
export interface Undertaker {
  watch(leader: number): void;
  /** Now. May be called more than once. */
  act(): void;
}

export function hireUndertaker(directory: string): Undertaker {
  const child: ChildProcess = spawn('sh', ['-c', SCRIPT, 'sh', directory], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.on('error', () => undefined);
  child.stdin?.on('error', () => undefined);
  child.unref();
  return {
    watch: (leader) => void child.stdin?.write(`${leader}\n`),
    act: () => void child.stdin?.end(),
  };
}
