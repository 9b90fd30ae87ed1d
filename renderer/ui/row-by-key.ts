interface Rows {
  /** The row that has the focus; -1: none. */
  readonly active: number;
  readonly count: number;
  /** What is seen of them, in pixels, its head included. */
  readonly sight: number;
  readonly rowHeight: number;
}

/** The row that a key leads to, which may lie beyond the list; undefined for a key that moves nothing. */
export function rowByKey(key: string, { active, count, sight, rowHeight }: Rows): number | undefined {
  // The head, and one row by which one finds one's way.
  const page = Math.max(1, Math.floor(sight / rowHeight) - 2);
  switch (key) {
    case 'ArrowDown':
      return active + 1;
    case 'ArrowUp':
      return active - 1;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    case 'PageDown':
      return active + page;
    case 'PageUp':
      return active - page;
    default:
      return undefined;
  }
}
