const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
const decimal = ['B/s', 'kB/s', 'MB/s', 'GB/s', 'TB/s'] as const;

/** Memory and disks, in powers of 1024: "1.5 GiB", "512 MiB". At most three digits that mean something. */
export function formatBytes(bytes: number): string {
  return scaled(bytes, 1024, binary);
}

/** A rate in bytes a second, in powers of 1000: "1.5 MB/s". */
export function formatRate(bytesPerSecond: number): string {
  return scaled(bytesPerSecond, 1000, decimal);
}

/** A share from 0 to 1 as a whole number of per cent. */
export function formatShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function scaled(value: number, step: number, units: readonly string[]): string {
  if (!Number.isFinite(value)) return '–';
  let rest = value;
  let unit = 0;
  // Half a last digit earlier, so that 1023.6 MiB does not read "1024 MiB".
  while (unit < units.length - 1 && Math.round(rest) >= step) {
    rest /= step;
    unit += 1;
  }
  const digits = unit === 0 || rest >= 99.95 || Number.isInteger(rest) ? 0 : 1;
  return `${rest.toFixed(digits)} ${units[unit] ?? ''}`;
}
