/** How long a program that was asked to end may take for it, in seconds. */
const GRACE = 5;

/**
 * Words that run a program of the host and end it, with all that it has started, when standard input ends: sshd closes that when the person
 * cancels, when the road breaks and when Guesthouse dies, and sends no signal where there is no terminal. The program has a session of its own
 * for that (setsid(1) of util-linux), and runs as it is where a host has no such tool. Its own input is empty.
 */
export const tethered = (words: readonly string[]): readonly string[] => ['sh', '-c', SCRIPT, 'sh', ...words];

// In one line, since a login shell that need not be a POSIX one reads it first. What a shell starts in the background reads /dev/null unless it
// is told otherwise, hence descriptor 3.
const SCRIPT = [
  'command -v setsid >/dev/null 2>&1 || exec "$@" </dev/null',
  'exec 3<&0',
  'setsid "$@" </dev/null 3<&- & p=$!',
  `{ cat <&3; kill -s TERM -- "-$p"; sleep ${GRACE}; kill -s KILL -- "-$p"; } >/dev/null 2>&1 & w=$!`,
  'exec 3<&-',
  'wait "$p"; c=$?',
  // What it left in its session ends with the input.
  'kill -s 0 -- "-$p" 2>/dev/null || kill "$w" 2>/dev/null',
  'exit "$c"',
].join('; ');
