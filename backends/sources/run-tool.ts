import { spawn } from 'node:child_process';
import { BackendError } from '../errors.ts';

/** A program of the system, and what to say where it is not there. */
export interface Tool {
  readonly command: string;
  /** What it is needed for, as in "Converting disk images". */
  readonly purpose: string;
  /** That has it, by its names in Fedora and Debian. */
  readonly package: string;
}

export interface ToolRun {
  readonly signal?: AbortSignal | undefined;
  readonly cwd?: string | undefined;
  /** What it reads; it never sees a terminal. */
  readonly input?: string | undefined;
  /** An open file that it finds as /proc/self/fd/3. */
  readonly file?: number | undefined;
  /** Milliseconds after which it is ended. */
  readonly patience?: number | undefined;
  onOutput?(text: string): void;
}

/** So much of what it says is kept. */
const OUTPUT_MAX = 4 * 1024 * 1024;

/**
 * Before its own words: ends it with us, also where we are killed (prctl(2), PR_SET_PDEATHSIG; setpriv(1) of util-linux). Else it would go on for
 * hours, and fill the disk with a file that has no name any more.
 */
const TETHER = ['setpriv', '--pdeathsig', 'KILL', '--'] as const;
/** What setpriv says of a program that is not there. */
const NOT_THERE = /^setpriv: failed to execute .*: No such file or directory/;

/** Resolves to what it wrote when it ended well. Rejects with 'unsupported' where it is not installed, 'cancelled', and 'internal' with its words. */
export async function runTool(tool: Tool, args: readonly string[], run: ToolRun = {}): Promise<string> {
  assertWanted(run.signal);
  const [program, ...words] = TETHER;
  const tethered = await runWords(program, [...words, tool.command, ...args], run);
  const { ended, out, err } = isMissing(tethered.ended) ? await runWords(tool.command, args, run) : tethered;
  if (ended === 0) return out;
  assertWanted(run.signal);
  if (isMissing(ended) || NOT_THERE.test(err)) throw missing(tool);
  throw new BackendError('internal', `${tool.purpose} failed.`, {
    reason: (ended instanceof Error ? ended.message : err.trim()).slice(-2000) || `${tool.command} ended with ${ended ?? 'a signal'}`,
    remedy: 'Look at the reason; the file may be damaged, or the disk full.',
  });
}

interface Ending {
  /** Null: a signal ended it. */
  readonly ended: number | null | Error;
  readonly out: string;
  readonly err: string;
}

async function runWords(program: string, words: readonly string[], run: ToolRun): Promise<Ending> {
  const { signal, cwd, input = '', file, patience } = run;
  const child = spawn(program, words, {
    stdio: ['pipe', 'pipe', 'pipe', ...(file === undefined ? [] : [file])],
    cwd,
    env: { ...process.env, LC_ALL: 'C' },
    ...(signal !== undefined && { signal }),
    ...(patience !== undefined && { timeout: patience }),
  });
  const [out, err] = [gather(child.stdout, run.onOutput), gather(child.stderr)];
  // A program that ends before it has read everything is judged by how it ended.
  child.stdin?.on('error', () => undefined).end(input);
  const ended = await new Promise<number | null | Error>((resolve) => {
    child.on('error', resolve);
    child.on('close', resolve);
  });
  return { ended, out: out(), err: err() };
}

const isMissing = (ended: Ending['ended']): boolean => ended instanceof Error && 'code' in ended && ended.code === 'ENOENT';

function assertWanted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new BackendError('cancelled', 'Cancelled.');
}

const missing = (tool: Tool): BackendError =>
  new BackendError('unsupported', `${tool.purpose} needs ${tool.command}, which is not installed on this computer.`, {
    remedy: `Install the package ${tool.package}, then try again.`,
  });

function gather(stream: NodeJS.ReadableStream | null, tell?: (text: string) => void): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    if (text.length < OUTPUT_MAX) text += chunk;
    tell?.(chunk);
  });
  return () => text;
}
