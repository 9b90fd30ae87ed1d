import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Tests that drive a real daemon, browser or window are patient: machines have two cores, and may have other work. They get a second try, and
 * the report names each that needed it: a daemon may be killed by another client's end (libvirtd 9.0), or starved for seconds.
 */
const patient = { testTimeout: 120_000, hookTimeout: 240_000, retry: 1, expect: { poll: { timeout: 15_000 } } } as const;
/** They wait more than they compute, so two files at a time; those of the window, which time what they see, have the machine to themselves. */
const together = { ...patient, maxWorkers: 2, sequence: { groupOrder: 1 } } as const;
const alone = { ...patient, fileParallelism: false, sequence: { groupOrder: 2 } } as const;

const project = (name: string, include: string[], options: object = {}) => ({
  extends: true as const,
  test: { name, include, exclude: ['**/node_modules/**', 'out/**'], ...options },
});

export default defineConfig({
  root,
  test: {
    projects: [
      project('unit', ['{backends,main,preload,renderer,build}/**/*.test.{ts,tsx}']),
      project('architecture', ['test/architecture.test.ts']),
      project('conformance', ['test/{bed,conformance,libvirt,faults,wire}/**/*.test.ts'], together),
      project('ui', ['test/ui/**/*.test.ts'], together),
      project('app', ['test/app/**/*.test.ts'], alone),
      // The soak test counts what is left after a collection.
      project('long', ['test/long/**/*.test.ts'], { ...alone, execArgv: ['--expose-gc'] }),
      // Its steps build on each other: none can be done twice.
      project('tour', ['test/tour/**/*.test.ts'], { ...alone, retry: 0 }),
    ],
  },
});
