import { useEffect, type RefObject } from 'react';

/** A letter typed anywhere on the page goes to the search field, and so does Ctrl+F. Space and Enter stay with what has the focus. */
export function useTypeToSearch(input: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const field = input.current;
      if (!field || event.defaultPrevented || event.altKey || event.metaKey) return;
      // A dialog takes the keyboard a moment after it is shown.
      if (document.querySelector('[role="dialog"]') !== null) return;
      if (event.ctrlKey && event.key.toLowerCase() === 'f') {
        event.preventDefault();
        field.focus();
        field.select();
        return;
      }
      const typing =
        event.target instanceof Element &&
        event.target.closest('input, textarea, select, [contenteditable], [role="menu"], [role="dialog"]');
      // The key itself arrives in the field: the focus moves before the browser acts on it.
      if (!typing && !event.ctrlKey && event.key.length === 1 && event.key !== ' ') field.focus();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [input]);
}
