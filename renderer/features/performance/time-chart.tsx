import { useEffect, useMemo, useState } from 'react';
import type { SampleRing } from '../../data/sample-ring.ts';
import { attachChart, type Chart } from './attach-chart.ts';
import { chartWindow, type ChartData, type Measure } from './chart-window.ts';

export interface Series {
  readonly measure: Measure;
  readonly label: string;
}

interface TimeChartProps {
  readonly title: string;
  readonly ring: SampleRing;
  /** How far back, in milliseconds. */
  readonly span: number;
  /** One or two. */
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  readonly steps: readonly number[];
  /** The least that the vertical axis reaches up to. */
  readonly top: (ring: SampleRing) => number;
  /** Said beside the title. */
  readonly note?: string;
}

const colours = ['--gh-chart-first', '--gh-chart-second'];
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** One live chart with its current values in words; with the pointer on it, the values of that moment. */
export function TimeChart({ title, ring, span, series, format, steps, top, note }: TimeChartProps) {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [data, setData] = useState<ChartData>([[]]);
  const [hovered, setHovered] = useState<number | null>(null);
  const measures = useMemo(() => series.map(({ measure }) => measure), [series]);

  useEffect(() => {
    if (element === null) return undefined;
    const chart: Chart = attachChart(element, { colours: colours.slice(0, measures.length), format, steps, hovered: setHovered });
    const draw = (): void => {
      const next = chartWindow(ring.columns(), measures, span);
      chart.draw(next, span / 1000, top(ring));
      setData(next);
    };
    draw();
    const stop = ring.subscribe(draw);
    return () => {
      stop();
      chart.dispose();
    };
  }, [element, ring, measures, span, format, steps, top]);

  const [times, ...values] = data;
  const index = hovered ?? times.length - 1;
  const at = times[index];
  const text = (list: readonly (number | null)[] | undefined): string => {
    const value = list?.[index];
    return typeof value === 'number' ? format(value) : '–';
  };
  const summary = series.map(({ label }, i) => `${label} ${text(values[i])}`).join(', ');

  return (
    <figure className="gh-chart">
      <figcaption className="gh-chart__caption">
        <h3 className="gh-chart__title">{title}</h3>
        {note !== undefined && <span className="gh-chart__note">{note}</span>}
        <ul className="gh-chart__legend">
          {series.map(({ label, measure }, i) => (
            <li key={measure} className={`gh-chart__key gh-chart__key--${i === 0 ? 'first' : 'second'}`}>
              {label} <span className="gh-chart__value">{text(values[i])}</span>
            </li>
          ))}
        </ul>
        <time className="gh-chart__time">{hovered !== null && at !== undefined ? clock.format(at * 1000) : 'now'}</time>
      </figcaption>
      <div className="gh-chart__plot" role="img" aria-label={`${title}: ${summary}`} ref={setElement} />
    </figure>
  );
}
