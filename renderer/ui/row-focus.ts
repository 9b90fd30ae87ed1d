import { useEffect, useRef } from 'react';

/** Of a list of rows that grows and shrinks: puts the focus where a person goes on, once that is drawn. `fallback` where it is not. */
export function useRowFocus(fallback: string): (id: string) => void {
  const wanted = useRef<string | null>(null);
  useEffect(() => {
    if (wanted.current === null) return;
    (document.getElementById(wanted.current) ?? document.getElementById(fallback))?.focus();
    wanted.current = null;
  });
  return (id) => {
    wanted.current = id;
  };
}
