import { app, BrowserWindow } from 'electron';

/**
 * Whether this is the only Guesthouse of the user. A second one brings the first to the front and ends; what it was started with is not
 * looked at: nothing that a link or a file manager passes on may do anything.
 */
export function isOnlyInstance(): boolean {
  if (!app.requestSingleInstanceLock()) return false;
  app.on('second-instance', () => {
    const window = BrowserWindow.getAllWindows().find((candidate) => candidate.getParentWindow() === null);
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
  });
  return true;
}
