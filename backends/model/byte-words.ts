const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** "25 GiB", for a sentence. */
export function inWords(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${units[power]}`;
}
