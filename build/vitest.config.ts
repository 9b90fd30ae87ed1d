import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Tests that drive a real daemon, browser or window share two cores: one file at a time, and patient. */
const slow = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 240_000 } as const;

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
      project('conformance', ['test/{bed,conformance,libvirt,faults}/**/*.test.ts'], slow),
      project('ui', ['test/ui/**/*.test.ts'], slow),
      project('app', ['test/app/**/*.test.ts'], slow),
      project('tour', ['test/tour/**/*.test.ts'], { ...slow, testTimeout: 600_000, bail: 1 }),
    ],
  },
});
