import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { takePicture } from '../../data/picture-turns.ts';
import type { PlacedGuest } from '../../data/queries.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { drawPicture } from './draw-picture.ts';
import { GuestStateLabel } from './guest-state.tsx';

/** Between two pictures of one guest, in milliseconds. */
const EVERY = 3000;

export const tileId = ({ host, guest }: PlacedGuest): string => `screen-${host}-${guest.id}`;

interface ScreenTileProps {
  readonly row: PlacedGuest;
  /** Null where it needs not be said. */
  readonly hostName: string | null;
  /** The host takes pictures of screens. */
  readonly hasPictures: boolean;
  /** In pixels of the page. */
  readonly place: { readonly left: number; readonly top: number; readonly width: number };
  readonly position: number;
  readonly of: number;
  readonly isActive: boolean;
  onChoose(): void;
  onOpen(): void;
}

/** One guest's screen, kept fresh for as long as it is in sight. It keeps the last picture, dimmed, while no newer one is to be had. */
export function ScreenTile({ row, hostName, hasPictures, place, position, of, isActive, onChoose, onOpen }: ScreenTileProps) {
  const { host, guest, lostAt } = row;
  const { data, isError } = useQuery({
    queryKey: ['screen', host, guest.id],
    queryFn: ({ signal }) => takePicture({ host, id: guest.id }, signal),
    enabled: hasPictures,
    refetchInterval: EVERY,
    refetchIntervalInBackground: false,
    retry: false,
    gcTime: 0,
    structuralSharing: false,
  });
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawn, setDrawn] = useState(false);
  useEffect(() => {
    if (data === undefined || canvas.current === null) return;
    drawPicture(canvas.current, data).then(
      () => setDrawn(true),
      () => undefined,
    );
  }, [data]);
  return (
    <div
      id={tileId(row)}
      role="option"
      aria-selected={isActive}
      aria-posinset={position}
      aria-setsize={of}
      className="gh-screens__tile"
      style={{ insetInlineStart: place.left, insetBlockStart: place.top, inlineSize: place.width }}
      onClick={onChoose}
      onDoubleClick={onOpen}
    >
      <span className="gh-screens__picture" data-stale={isError}>
        <canvas ref={canvas} hidden={!drawn} aria-hidden="true" />
        {!drawn && <span className="gh-screens__none">{isError || !hasPictures ? 'No picture' : ''}</span>}
      </span>
      <span className="gh-screens__caption">
        <span className="gh-screens__name">
          <ForeignText text={guest.name} />
          {hostName !== null && (
            <>
              {' '}
              on <ForeignText text={hostName} />
            </>
          )}
        </span>
        <GuestStateLabel guest={guest} pending={null} lostAt={lostAt} />
      </span>
    </div>
  );
}
