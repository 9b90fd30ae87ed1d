import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ROOT } from './repository.mjs';

/** @typedef {import('vitest/node').TestModule} TestModule */

/**
 * @typedef {object} StepResult
 * @property {string} step
 * @property {number} passed
 * @property {string[]} failed names
 * @property {{ name: string, reason: string }[]} skipped
 * @property {{ name: string, reason: string }[]} again those that passed, but not at the first try
 * @property {number} seconds
 */

/**
 * A step that either passes or fails as a whole.
 * @param {string} step
 * @param {readonly [string, ...string[]]} command of an npm package, with its arguments
 * @returns {StepResult}
 */
export function checkStep(step, [program, ...args]) {
  const started = Date.now();
  const { status } = spawnSync(join(ROOT, 'node_modules/.bin', program), args, { cwd: ROOT, stdio: 'inherit' });
  const failed = status === 0 ? [] : [`${step}: ${[program, ...args].join(' ')}`];
  return { step, passed: 1 - failed.length, failed, skipped: [], again: [], seconds: secondsSince(started) };
}

/**
 * A run of vitest, in this process: its own reports leave out why a test was skipped.
 * @param {string} step
 * @param {string[]} projects of build/vitest.config.ts
 * @param {{ plain?: boolean }} [options] `plain`: what the tests print stands alone, and of their own results only the failures
 * @returns {Promise<StepResult>}
 */
export async function vitestStep(step, projects, { plain = false } = {}) {
  const started = Date.now();
  // Not loaded before the npm packages are there.
  const { startVitest } = await import('vitest/node');
  const vitest = await startVitest('test', [], {
    root: ROOT,
    config: join(ROOT, 'build/vitest.config.ts'),
    project: projects,
    watch: false,
    ...(plain && { disableConsoleIntercept: true, reporters: ['dot'] }),
  });
  const { passed, failed, skipped, again } = conclude(vitest.state.getTestModules());
  for (const error of vitest.state.getUnhandledErrors()) failed.push(`${step}, outside of a test: ${messageOf(error)}`);
  await vitest.close();
  if (passed + failed.length === 0) failed.push(`${step}: no test ran`);
  return { step, passed, failed, skipped, again, seconds: secondsSince(started) };
}

/**
 * @param {readonly TestModule[]} modules
 * @returns {Pick<StepResult, 'passed' | 'failed' | 'skipped' | 'again'>}
 */
export function conclude(modules) {
  /** @type {ReturnType<typeof conclude>} */
  const summary = { passed: 0, failed: [], skipped: [], again: [] };
  for (const module of modules) {
    const file = module.relativeModuleId;
    // Errors of the file itself and of its suites' hooks belong to no test.
    if (module.errors().length > 0) summary.failed.push(file);
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) summary.failed.push(`${file} > ${suite.fullName}`);
    for (const test of module.children.allTests()) {
      const name = `${file} > ${test.fullName}`;
      const result = test.result();
      if (result.state === 'passed') summary.passed += 1;
      else if (result.state === 'failed') summary.failed.push(name);
      else summary.skipped.push({ name, reason: (result.state === 'skipped' && result.note) || 'no reason given' });
      if (test.diagnostic()?.flaky) summary.again.push({ name, reason: result.errors?.[0]?.message.split('\n')[0] ?? 'no reason given' });
    }
  }
  return summary;
}

/**
 * The report's lines; the last one is the result.
 * @param {readonly StepResult[]} results
 */
export function reportLines(results) {
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.flatMap((result) => result.failed);
  const skipped = results.flatMap((result) => result.skipped);
  const again = results.flatMap((result) => result.again);
  return [
    ...results.map(
      (result) => `${result.failed.length === 0 ? 'ok  ' : 'FAIL'} ${result.seconds.toFixed(1).padStart(6)} s  ${result.step}`,
    ),
    ...skipped.map(({ name, reason }) => `skipped: ${name} (${reason})`),
    ...again.map(({ name, reason }) => `passed at the second try only: ${name} (${reason})`),
    ...failed.map((name) => `failed: ${name}`),
    `${passed} passed, ${failed.length} failed${skipped.length === 0 ? '' : `, ${skipped.length} skipped`}`,
  ];
}

/**
 * What vitest hands on of an error may have neither a class nor a prototype.
 * @param {unknown} error
 */
function messageOf(error) {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : inspect(error);
}

/** @param {number} started */
function secondsSince(started) {
  return (Date.now() - started) / 1000;
}
