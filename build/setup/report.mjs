/** A step of the set-up that failed: what was tried, why it failed, what the user can type. */
export class SetupError extends Error {
  /**
   * @param {string} what the step, as in "install OS packages"
   * @param {string} why
   * @param {string} byHand the command to run by hand
   */
  constructor(what, why, byHand) {
    super(`Could not ${what}.\n  Why: ${why}\n  By hand: ${byHand}`);
    this.name = 'SetupError';
  }
}

/**
 * One line for the person at the terminal. Silence means that nothing was to be done.
 * @param {string} line
 */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * Ends a script's work: a failed step is told without a stack, since it names its remedy.
 * @param {() => Promise<number>} script resolves to the exit code
 * @returns {Promise<never>}
 */
export async function runScript(script) {
  try {
    process.exit(await script());
  } catch (error) {
    process.stderr.write(`${error instanceof SetupError ? error.message : describe(error)}\n`);
    process.exit(1);
  }
}

/** @param {unknown} error */
function describe(error) {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
