/**
 * The path of a line through `values` (0 to 1) in a box `width` by `height`, newest at the right edge, one step per place. Missing older
 * values leave the left empty, so that the line grows in from the right.
 */
export function sparklinePath(values: Float64Array, places: number, width: number, height: number): string {
  if (values.length < 2) return '';
  const step = width / (places - 1);
  const shown = values.subarray(-places);
  const left = width - (shown.length - 1) * step;
  // Half a pixel of room, so that a line at 0 or 1 is not cut in its thickness.
  const y = (value: number) => (0.5 + (1 - Math.min(1, Math.max(0, value))) * (height - 1)).toFixed(1);
  return Array.from(shown, (value, i) => `${i === 0 ? 'M' : 'L'}${(left + i * step).toFixed(1)} ${y(value)}`).join('');
}
