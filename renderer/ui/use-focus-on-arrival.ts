import { useEffect, useRef, type RefObject } from 'react';

/**
 * Puts the focus on what has just come, where reading goes on: what had it before went with another page. Give the element `tabIndex={-1}`. Who is typing, or
 * answers a dialog, is left in peace.
 */
export function useFocusOnArrival<E extends HTMLElement>(): RefObject<E | null> {
  const place = useRef<E>(null);
  useEffect(() => {
    if (
      document.activeElement?.closest('input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable], [role="dialog"]')
    ) {
      return;
    }
    place.current?.focus();
  }, []);
  return place;
}
