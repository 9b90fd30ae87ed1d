/** Whether a key press belongs to a console: a terminal or a guest's screen takes every key, those of this window too. */
export function isForConsole(event: KeyboardEvent): boolean {
  return event.defaultPrevented || (event.target instanceof Element && event.target.closest('[role="application"], .xterm') !== null);
}
