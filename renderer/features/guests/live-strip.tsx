import { useEffect, useRef } from 'react';
import type { GuestRef } from '#model/guest';
import type { SampleRing } from '../../data/sample-ring.ts';
import { sampleTrail } from '../../data/samples.ts';
import { formatBytes, formatRate, formatShare } from '../../ui/quantity.ts';
import { sparklinePath } from '../../ui/sparkline.ts';

const PLACES = 40;
const [WIDTH, HEIGHT] = [120, 36];

interface Measure {
  readonly title: string;
  /** The value, and what it is of or beside. */
  text(ring: SampleRing): readonly [string, string];
  /** Each 0 to 1, oldest first. */
  line(ring: SampleRing): Float64Array;
}

const sum = (a: Float64Array, b: Float64Array) => a.map((value, i) => value + (b[i] ?? 0));
/** Rates have no full scale: the highest that is shown is the top, and what is next to nothing stays low. */
const scaled = (values: Float64Array) => {
  const top = Math.max(10_000, ...values);
  return values.map((value) => value / top);
};

const measures: readonly Measure[] = [
  { title: 'CPU', text: (ring) => [formatShare(ring.last('cpu')), 'of its CPUs'], line: (ring) => ring.column('cpu') },
  {
    title: 'Memory',
    text: (ring) => [formatBytes(ring.last('memoryUsed')), `of ${formatBytes(ring.last('memory'))}`],
    line: (ring) => {
      const memory = ring.column('memory');
      return ring.column('memoryUsed').map((used, i) => used / Math.max(1, memory[i] ?? 1));
    },
  },
  {
    title: 'Disk',
    text: (ring) => [`${formatRate(ring.last('diskRead'))} read`, `${formatRate(ring.last('diskWrite'))} written`],
    line: (ring) => scaled(sum(ring.column('diskRead'), ring.column('diskWrite'))),
  },
  {
    title: 'Network',
    text: (ring) => [`${formatRate(ring.last('netReceive'))} in`, `${formatRate(ring.last('netSend'))} out`],
    line: (ring) => scaled(sum(ring.column('netReceive'), ring.column('netSend'))),
  },
];

/** What the guest does right now, at a glance. Drawn past React, as the rows of the list are. */
export function LiveStrip({ guestRef, running }: { readonly guestRef: GuestRef; readonly running: boolean }) {
  return (
    <dl className="gh-strip" data-off={!running}>
      {measures.map((measure) => (
        <Live key={measure.title} measure={measure} guestRef={guestRef} running={running} />
      ))}
    </dl>
  );
}

interface LiveProps {
  readonly measure: Measure;
  readonly guestRef: GuestRef;
  readonly running: boolean;
}

function Live({ measure, guestRef: { host, id }, running }: LiveProps) {
  const line = useRef<SVGPathElement>(null);
  const value = useRef<HTMLSpanElement>(null);
  const beside = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const ring = running ? sampleTrail({ host, id }) : null;
    const draw = () => {
      const measured = ring !== null && ring.length > 0 ? ring : null;
      line.current?.setAttribute('d', measured ? sparklinePath(measure.line(measured), PLACES, WIDTH, HEIGHT) : '');
      const [first, second] = measured ? measure.text(measured) : ['–', ''];
      if (value.current) value.current.textContent = first;
      if (beside.current) beside.current.textContent = second;
    };
    draw();
    return ring?.subscribe(draw);
  }, [measure, host, id, running]);
  return (
    <div>
      <dt>{measure.title}</dt>
      <dd>
        <span className="gh-strip__value" ref={value} />
        <span className="gh-strip__beside" ref={beside} />
        <svg className="gh-spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} height={HEIGHT} preserveAspectRatio="none" aria-hidden="true">
          <path ref={line} />
        </svg>
      </dd>
    </div>
  );
}
