import { type RefObject, useEffect, useState } from 'react';

/** Pixels from the top at which the toolbar comes out, and milliseconds after which it goes when nobody needs it. */
const EDGE = 2;
const LINGERS = 2000;

/**
 * Whether the toolbar of a console that fills the screen is out: at first, while the pointer is on it or at the top edge, while the focus is in
 * it, and while one of its menus is open.
 */
export function useEdgeToolbar(console: RefObject<HTMLElement | null>, isFull: boolean): boolean {
  const [isOut, setOut] = useState(false);
  useEffect(() => {
    if (!isFull) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const toolbar = (): Element | null => console.current?.querySelector('.gh-console__toolbar') ?? null;
    const isNeeded = (): boolean => {
      const bar = toolbar();
      return (
        bar !== null && (bar.matches(':hover') || bar.matches(':focus-within') || bar.querySelector('[aria-expanded="true"]') !== null)
      );
    };
    const hideSoon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => (isNeeded() ? hideSoon() : setOut(false)), LINGERS);
    };
    const comeOut = (): void => {
      setOut(true);
      hideSoon();
    };
    const onPointer = ({ clientY }: PointerEvent): void => {
      if (clientY <= EDGE) comeOut();
    };
    const onFocus = ({ target }: FocusEvent): void => {
      if (target instanceof Node && toolbar()?.contains(target) === true) comeOut();
    };
    comeOut();
    // Capturing: the console below keeps what it gets.
    document.addEventListener('pointermove', onPointer, true);
    document.addEventListener('focusin', onFocus);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointermove', onPointer, true);
      document.removeEventListener('focusin', onFocus);
    };
  }, [console, isFull]);
  return isFull && isOut;
}
