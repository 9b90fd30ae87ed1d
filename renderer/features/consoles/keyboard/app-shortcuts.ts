/** What the app's window acts on by itself: main's menu, and keys of its pages. As main/menu.ts, shell.tsx and full-screen.ts have them. */
const shortcuts: readonly RegExp[] = [
  /^Control\+(Shift\+)?KeyN$/,
  /^Control\+Key[QKR]$/,
  /^Control\+(Shift\+)?(Equal|Minus|Digit0)$/,
  /^Alt\+Arrow(Left|Right)$/,
  /^F11$/,
];

/** Whether the window itself would act on a key press, were no console in the way. */
export function isAppShortcut({ code, ctrlKey, altKey, shiftKey, metaKey }: KeyboardEvent): boolean {
  if (metaKey) return false;
  const name = `${ctrlKey ? 'Control+' : ''}${altKey ? 'Alt+' : ''}${shiftKey ? 'Shift+' : ''}${code}`;
  return shortcuts.some((shortcut) => shortcut.test(name));
}
