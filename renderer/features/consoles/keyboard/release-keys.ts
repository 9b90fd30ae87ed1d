/** How the keyboard is taken back from a console that wants every key: virt-manager's users know it. */
export const RELEASE_KEYS = 'Ctrl+Alt';

/**
 * Calls `release` when Ctrl and Alt were pressed together and let go with no other key between, so that Ctrl+Alt+F2 still belongs to the
 * guest. Returns dispose.
 */
export function onReleaseKeys(element: HTMLElement, release: () => void): () => void {
  let together = false;
  const down = (event: KeyboardEvent): void => {
    const isModifier = event.key === 'Control' || event.key === 'Alt';
    together = isModifier && event.ctrlKey && event.altKey && !event.shiftKey && !event.metaKey;
  };
  const up = (event: KeyboardEvent): void => {
    if (together && (event.key === 'Control' || event.key === 'Alt')) release();
    together = false;
  };
  // Capturing: the console below takes each key for itself.
  element.addEventListener('keydown', down, true);
  element.addEventListener('keyup', up, true);
  return () => {
    element.removeEventListener('keydown', down, true);
    element.removeEventListener('keyup', up, true);
  };
}
