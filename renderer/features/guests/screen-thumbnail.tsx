import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import type { Guest, GuestRef } from '#model/guest';
import { paths } from '../../data/paths.ts';
import { takePicture } from '../../data/picture-turns.ts';
import { readableText } from '../../ui/foreign-text.tsx';
import { drawPicture } from './draw-picture.ts';
import { stateGroupOf } from './guest-order.ts';
import './screen-thumbnail.css';

const EVERY_MS = 5000;

/**
 * What the guest's screen shows, every few seconds while somebody can see it. The box has its size from the start, and keeps the last
 * picture, dimmed, while no newer one is to be had.
 */
export function ScreenThumbnail({ guestRef, guest }: { readonly guestRef: GuestRef; readonly guest: Guest }) {
  const running = stateGroupOf(guest.state) !== 'off';
  // Its own key, outside of the guest's: a change of the guest is no reason to look at its screen sooner.
  const picture = useQuery({
    queryKey: ['screen', guestRef.host, guestRef.id],
    queryFn: ({ signal }) => takePicture(guestRef, signal),
    enabled: running,
    refetchInterval: EVERY_MS,
    refetchIntervalInBackground: false,
    retry: false,
    gcTime: 0,
    structuralSharing: false,
  });
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawn, setDrawn] = useState(false);
  const { data } = picture;
  useEffect(() => {
    let current = true;
    if (data === undefined || canvas.current === null) return undefined;
    drawPicture(canvas.current, data).then(
      () => current && setDrawn(true),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [data]);
  const shown = running && drawn;
  return (
    <Link
      href={paths.guest(guestRef, 'console')}
      className="gh-thumbnail"
      data-stale={shown && picture.isError}
      aria-label={`${shown ? 'The screen' : 'Console'} of ${readableText(guest.name)}${shown ? `, as of ${timeOf(picture.dataUpdatedAt)}. Open the console` : ''}`}
    >
      <canvas ref={canvas} hidden={!shown} aria-hidden="true" />
      {!shown && <span className="gh-thumbnail__none">{noneText(running, picture.isError)}</span>}
    </Link>
  );
}

function noneText(running: boolean, failed: boolean): string {
  if (!running) return 'Not running';
  return failed ? 'No picture' : '';
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const timeOf = (at: number) => clock.format(at);
