// Imported first, for its effect: what follows would fail with something less clear.
const WANTED = [20, 19];

/**
 * @param {string} version as in process.versions.node
 * @returns {string | undefined} what to tell the user, or undefined where the version will do
 */
export function nodeVersionProblem(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = WANTED;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return undefined;
  return (
    `Guesthouse needs Node ${WANTED.join('.')} or newer; this is Node ${version}.\n` +
    '  By hand: install a newer Node.js, for example by https://nodejs.org/en/download'
  );
}

const problem = nodeVersionProblem(process.versions.node);
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
