import { type KeyboardLayout, layoutPositions } from './keyboard-layout.ts';
import { keyboardLayouts } from './layout-tables.ts';

/** The one whose keys make most of what the person's own keyboard makes without a modifier; the first of equals, which is US. */
export function layoutLike(map: Iterable<readonly [string, string]>): KeyboardLayout | undefined {
  const characters = new Map(map);
  const likeness = ({ levels: [plain = ''] }: KeyboardLayout): number =>
    Array.from(plain).filter((character, at) => characters.get(layoutPositions[at] ?? '') === character).length;
  return keyboardLayouts.reduce<KeyboardLayout | undefined>(
    (best, layout) => (best !== undefined && likeness(best) >= likeness(layout) ? best : layout),
    undefined,
  );
}

/** The person's own layout as far as Chromium tells; US where it does not. */
export async function desktopLayout(): Promise<string> {
  const map = await navigator.keyboard?.getLayoutMap().catch(() => undefined);
  return (map === undefined ? undefined : layoutLike(map)?.id) ?? 'us';
}
