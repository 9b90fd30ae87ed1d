import uPlot from 'uplot';
import type { ChartData } from './chart-window.ts';

export interface ChartOptions {
  /** One colour per measure: names of CSS custom properties, read anew whenever the theme changes. */
  readonly colours: readonly string[];
  readonly format: (value: number) => string;
  /** Steps between grid lines, ascending: powers of two for memory, of ten for the rest. */
  readonly steps: readonly number[];
  /** The index of the sample under the pointer, null when it is elsewhere. */
  hovered(index: number | null): void;
}

export interface Chart {
  /** Draws `data` over `span` seconds up to its end; `top` is the least that the vertical axis reaches up to. */
  draw(data: ChartData, span: number, top: number): void;
  dispose(): void;
}

const HEIGHT = 180;
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const exactClock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** A line chart over time inside `element`, as wide as it. Drawn outside React: a sample a second renders nothing else. */
export function attachChart(element: HTMLElement, { colours, format, steps, hovered }: ChartOptions): Chart {
  let span = 120;
  let top = 1;
  const colour = (property: string) => (): string => getComputedStyle(element).getPropertyValue(property);
  const axis: uPlot.Axis = {
    stroke: colour('--gh-chart-text'),
    grid: { stroke: colour('--gh-chart-grid'), width: 1 },
    ticks: { show: false },
    font: `12px ${getComputedStyle(element).fontFamily}`,
  };

  const plot = new uPlot(
    {
      width: Math.max(1, element.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { drag: { setScale: false }, sync: { key: 'guest', setSeries: false }, y: false, points: { size: 6 } },
      scales: {
        x: { time: true, range: (_plot, _min, max) => [max - span, max] },
        y: { range: (_plot, _min, max) => [0, Math.max(top, (max ?? 0) * 1.05)] },
      },
      axes: [
        {
          ...axis,
          size: 30,
          space: 90,
          incrs: [10, 15, 30, 60, 120, 300],
          values: (_plot, splits, _axis, _space, step) => splits.map((at) => (step < 60 ? exactClock : clock).format(at * 1000)),
        },
        { ...axis, size: 76, space: 36, incrs: [...steps], values: (_plot, splits) => splits.map(format) },
      ],
      series: [{}, ...colours.map((property) => ({ stroke: colour(property), width: 1.5, spanGaps: false, points: { show: false } }))],
      hooks: { setCursor: [({ cursor }) => hovered(cursor.idx ?? null)] },
    },
    [[], ...colours.map(() => [])],
    element,
  );
  // The chart is told in words by its surroundings; the canvas itself says nothing.
  plot.root.setAttribute('aria-hidden', 'true');

  const resize = new ResizeObserver(() => {
    if (element.clientWidth > 0) plot.setSize({ width: element.clientWidth, height: HEIGHT });
  });
  resize.observe(element);
  const theme = new MutationObserver(() => plot.redraw(false));
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] });

  return {
    draw: (data, seconds, least) => {
      span = seconds;
      top = least;
      plot.setData(data);
    },
    dispose: () => {
      resize.disconnect();
      theme.disconnect();
      plot.destroy();
    },
  };
}
