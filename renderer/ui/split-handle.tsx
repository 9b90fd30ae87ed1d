import { useRef, type KeyboardEvent, type PointerEvent } from 'react';

interface SplitHandleProps {
  readonly label: string;
  /** `vertical`: a standing line, moved left and right. `horizontal`: a lying line, moved up and down. */
  readonly orientation: 'vertical' | 'horizontal';
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly controls: string;
  /** Pixels while it moves. */
  onMove(value: number): void;
  /** The size it was left at. */
  onDone(value: number): void;
}

const STEP = 16;

/** The line between two panes. Vertical: the pane before it is sized; horizontal: the pane below it. Moved by pointer or arrow keys. */
export function SplitHandle({ label, orientation, value, min, max, controls, onMove, onDone }: SplitHandleProps) {
  const drag = useRef<{ readonly from: number; readonly size: number } | null>(null);
  const clamp = (size: number) => Math.round(Math.min(max, Math.max(min, size)));
  const along = (event: PointerEvent) => (orientation === 'vertical' ? event.clientX : -event.clientY);
  const sizeAt = (event: PointerEvent) => (drag.current === null ? value : clamp(drag.current.size + along(event) - drag.current.from));

  const onKeyDown = (event: KeyboardEvent) => {
    const [less, more] = orientation === 'vertical' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowDown', 'ArrowUp'];
    const size = { [less]: value - STEP, [more]: value + STEP, Home: min, End: max }[event.key];
    if (size === undefined || event.altKey) return;
    event.preventDefault();
    onMove(clamp(size));
    onDone(clamp(size));
  };

  return (
    // A focusable separator is the pattern for a window splitter (WAI-ARIA Authoring Practices).
    <div
      role="separator"
      tabIndex={0}
      className={`gh-split gh-split--${orientation}`}
      aria-label={label}
      aria-orientation={orientation}
      aria-controls={controls}
      aria-valuenow={value}
      aria-valuemin={min}
      aria-valuemax={max}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { from: along(event), size: value };
      }}
      onPointerMove={(event) => drag.current !== null && onMove(sizeAt(event))}
      onPointerUp={(event) => {
        if (drag.current === null) return;
        onDone(sizeAt(event));
        drag.current = null;
      }}
    />
  );
}
