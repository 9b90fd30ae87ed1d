/**
 * Lines of a shell that end the daemon of this pid file as a crash does. One that has ended by itself (libvirtd 9.0 may, at another client's end)
 * is ended already. They wait until no thread of it is left: the next one takes its sockets and its locks.
 */
export const killDaemon = (pidFile: string): string =>
  [
    `p=$(cat ${pidFile}) || exit 1`,
    'kill -9 "$p" 2>/dev/null || exit 0',
    'while read -r _ _ state _ <"/proc/$p/stat"',
    'do [ "$state" != Z ] || [ "$(ls "/proc/$p/task" | wc -l)" -gt 1 ] || exit 0',
    'sleep 0.02',
    'done 2>/dev/null',
    'exit 0',
  ].join('\n');
