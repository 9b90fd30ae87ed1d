import { useEffect, useState } from 'react';
import { useScreenContext } from '../console-context.ts';
import { combinationOf } from './keys.ts';

/** Modifiers that can be kept down while other keys are typed, or the pointer is used. */
export const holdable = [
  ['ControlLeft', 'Ctrl'],
  ['AltLeft', 'Alt'],
  ['ShiftLeft', 'Shift'],
  ['MetaLeft', 'Super'],
] as const;

const none: readonly string[] = [];

/** The modifiers that the guest believes to be down, by code. They go up with the screen, and when the window loses the keyboard. */
export function useHeldModifiers(): readonly [readonly string[], (code: string) => void] {
  const { screen, stage, canType } = useScreenContext();
  const [held, setHeld] = useState(none);
  // Those of a screen that is no more, or takes no keys now, are not held.
  const [of, setOf] = useState(screen);
  if (of !== screen || (!canType && held.length > 0)) {
    setOf(screen);
    setHeld(none);
  }
  useEffect(() => {
    if (held.length === 0 || screen === null) return undefined;
    const hold = (): void => screen.holdKeys(combinationOf(held)?.keys ?? []);
    hold();
    // A screen may let go of every key when the focus leaves it for the toolbar.
    stage?.addEventListener('focusin', hold);
    const letGo = (): void => setHeld(none);
    const onVisibility = (): void => {
      if (document.hidden) letGo();
    };
    window.addEventListener('blur', letGo);
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      stage?.removeEventListener('focusin', hold);
      window.removeEventListener('blur', letGo);
      document.removeEventListener('visibilitychange', onVisibility);
      screen.holdKeys([]);
    };
  }, [held, screen, stage]);
  const toggle = (code: string): void => {
    setHeld(held.includes(code) ? held.filter((one) => one !== code) : [...held, code]);
    screen?.focus();
  };
  return [held, toggle];
}
