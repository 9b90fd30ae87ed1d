import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { asOwner, type PrivateHome } from './unprivileged.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A program of ours that runs as a person without rights, and is told what to do by lines. */
export interface Person {
  /** Its answer to one order, which is what it prints next. */
  ask(order: unknown): Promise<unknown>;
  /** The next line that it prints by itself. */
  said(): Promise<unknown>;
  /** Ends it, as when it crashes. */
  kill(): Promise<void>;
}

/**
 * Bundles `program` (a path in the repository) and runs it as the home's owner; `enter` are the leading words that bring it to where the
 * daemon is. Both sides speak one JSON value a line.
 */
export async function startPerson(home: PrivateHome, program: string, enter: readonly string[] = []): Promise<Person> {
  // env, because somebody has to be first where the owner is the caller.
  const args = [...enter, ...asOwner(), process.execPath, await bundle(home, program)];
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn('env', args, {
    env: { ...process.env, ...home.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (bytes: Buffer) => (errors += bytes.toString()));
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const said = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`${program} has ended: ${errors}`);
    return JSON.parse(line.value);
  };
  return {
    said,
    ask(order) {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      return said();
    },
    async kill() {
      child.kill('SIGKILL');
      child.stdin.end();
      await ended;
    },
  };
}

/** Into the home: the repository may lie where its owner cannot look. */
async function bundle(home: PrivateHome, program: string): Promise<string> {
  const outDir = join(home.path, 'program');
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: program,
      outDir,
      emptyOutDir: true,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'program.mjs', codeSplitting: false } },
    },
  });
  await chmod(outDir, 0o755);
  return join(outDir, 'program.mjs');
}
