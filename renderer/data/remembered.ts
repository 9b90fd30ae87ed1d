import { useEffect, useState } from 'react';

const remembered = new Map<string, unknown>();

/** State of a page that is still there when the person comes back to it; gone with the window. Give `key` a name of its own. */
export function useRemembered<T>(key: string, initial: T, is: (value: unknown) => value is T): [T, (value: T) => void] {
  const recall = () => {
    const value = remembered.get(key);
    return is(value) ? value : initial;
  };
  const [value, setValue] = useState(recall);
  useEffect(() => void remembered.set(key, value), [key, value]);
  return [value, setValue];
}
