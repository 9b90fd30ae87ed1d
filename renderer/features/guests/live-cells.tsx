import { useEffect, useRef } from 'react';
import type { Guest, GuestRef } from '#model/guest';
import { sampleTrail } from '../../data/samples.ts';
import { formatBytes, formatRate, formatShare } from '../../ui/quantity.ts';
import { sparklinePath } from '../../ui/sparkline.ts';

const PLACES = 24;
const [WIDTH, HEIGHT] = [64, 18];
const NONE = '–';

interface LiveCellsProps {
  readonly guestRef: GuestRef;
  /** Not running: there is nothing to measure. */
  readonly running: boolean;
  readonly memory: Guest['memory'];
}

/**
 * CPU, memory, disk and network of one row. A sample comes every few seconds for every row: it is written straight into these cells, and
 * React renders nothing.
 */
export function LiveCells({ guestRef: { host, id }, running, memory }: LiveCellsProps) {
  const line = useRef<SVGPathElement>(null);
  const bar = useRef<HTMLSpanElement>(null);
  const cpu = useRef<HTMLSpanElement>(null);
  const used = useRef<HTMLSpanElement>(null);
  const disk = useRef<HTMLTableCellElement>(null);
  const net = useRef<HTMLTableCellElement>(null);

  useEffect(() => {
    const ring = running ? sampleTrail({ host, id }) : null;
    const draw = () => {
      const measured = ring !== null && ring.length > 0 ? ring : null;
      line.current?.setAttribute('d', measured ? sparklinePath(measured.column('cpu'), PLACES, WIDTH, HEIGHT) : '');
      setText(cpu.current, measured ? formatShare(measured.last('cpu')) : NONE);
      bar.current?.style.setProperty(
        'width',
        measured ? formatShare(measured.last('memoryUsed') / Math.max(1, measured.last('memory'))).replace(' ', '') : '0',
      );
      setText(used.current, measured ? formatBytes(measured.last('memoryUsed')) : formatBytes(memory));
      setText(disk.current, measured ? formatRate(measured.last('diskRead') + measured.last('diskWrite')) : NONE);
      setText(net.current, measured ? formatRate(measured.last('netReceive') + measured.last('netSend')) : NONE);
      const rates = (one: string, a: number, other: string, b: number) => `${one} ${formatRate(a)}, ${other} ${formatRate(b)}`;
      setTitle(disk.current, measured ? rates('read', measured.last('diskRead'), 'written', measured.last('diskWrite')) : '');
      setTitle(net.current, measured ? rates('received', measured.last('netReceive'), 'sent', measured.last('netSend')) : '');
    };
    draw();
    return ring?.subscribe(draw);
  }, [host, id, running, memory]);

  return (
    <>
      <td className="gh-cell gh-cell--cpu" data-off={!running}>
        <svg className="gh-spark" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
          <path ref={line} />
        </svg>
        <span className="gh-number" ref={cpu} />
      </td>
      <td className="gh-cell gh-cell--memory" data-off={!running} title={`${formatBytes(memory)} of memory`}>
        <span className="gh-meter" aria-hidden="true">
          <span className="gh-meter__bar" ref={bar} />
        </span>
        <span className="gh-number" ref={used} />
      </td>
      <td className="gh-cell gh-cell--rate" data-off={!running} ref={disk} />
      <td className="gh-cell gh-cell--rate" data-off={!running} ref={net} />
    </>
  );
}

/** A text that stays is not written: it would cost a layout of the row. */
function setText(element: Element | null, text: string): void {
  if (element !== null && element.textContent !== text) element.textContent = text;
}

function setTitle(element: HTMLElement | null, title: string): void {
  if (element !== null && element.title !== title) element.title = title;
}
