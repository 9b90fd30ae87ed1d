import type { Scale } from '../screen.ts';

/** Per cent, besides 'fit'. */
export const scaleSteps = [50, 75, 100, 125, 150, 200] as const;

export const scaleWords = (scale: Scale): string => (scale === 'fit' ? 'Fit' : `${scale} %`);

/** The next larger or smaller step. From 'fit', that is the one next to what is shown now, in per cent. */
export function nextScale(scale: Scale, larger: boolean, shown: number): Scale {
  const now = scale === 'fit' ? shown : scale;
  const next = larger ? scaleSteps.find((step) => step > now) : scaleSteps.findLast((step) => step < now);
  return next ?? scale;
}
