import { useEffect } from 'react';
import type { Watch } from '#contract/guests';
import type { GuestRef } from '#model/guest';
import type { HostId } from '#model/host';
import type { GuestSample } from '#model/sample';
import { api } from '../api.ts';
import { SampleRing, type SampleField } from './sample-ring.ts';
import { WatchList } from './watch-list.ts';

/** What a sparkline of a list shows, and what one guest's page keeps. At one sample every 3 s: two minutes, half an hour. */
const TRAIL = 40;
const RECORD = 600;

const rings = new Map<HostId, Map<string, SampleRing>>();
const arrivals = new Map<HostId, Set<() => void>>();

/** The long record of one guest's samples, the same object as long as the guest exists. */
export function sampleRing(ref: GuestRef): SampleRing {
  return ringOf(ref, RECORD);
}

/** The last two minutes or more: what rows of a list use, so that 10,000 of them stay small. */
export function sampleTrail(ref: GuestRef): SampleRing {
  return ringOf(ref, TRAIL);
}

/** Calls `listener` after each batch of samples of a host; returns the way to stop it. */
export function onSamples(host: HostId, listener: () => void): () => void {
  const listeners = arrivals.get(host) ?? new Set();
  arrivals.set(host, listeners.add(listener));
  return () => listeners.delete(listener);
}

export function receiveSamples(host: HostId, samples: readonly GuestSample[]): void {
  for (const sample of samples) ringOf({ host, id: sample.id }, TRAIL).push(sample);
  for (const listener of arrivals.get(host) ?? []) listener();
}

export function forgetSamples(ref: GuestRef): void {
  rings.get(ref.host)?.delete(ref.id);
}

function ringOf(ref: GuestRef, capacity: number): SampleRing {
  let ofHost = rings.get(ref.host);
  if (!ofHost) rings.set(ref.host, (ofHost = new Map<string, SampleRing>()));
  let ring = ofHost.get(ref.id);
  if (!ring) ofHost.set(ref.id, (ring = new SampleRing(capacity)));
  ring.grow(capacity);
  return ring;
}

const watches = new WatchList((wanted) => {
  // A refused watch leaves graphs without data and nothing else; the next change of the page asks again.
  api.guests.watch({ watches: wanted }).catch(() => undefined);
});
document.addEventListener('visibilitychange', () => watches.show(!document.hidden));
watches.show(!document.hidden);

/** Has main sample what the calling component shows, for as long as it is mounted and the window can be seen. */
export function useWatch(watch: Watch | null): void {
  const { kind, host } = watch ?? {};
  const id = watch?.kind === 'guest' ? watch.id : undefined;
  useEffect(() => {
    if (kind === undefined || host === undefined) return undefined;
    return watches.add(id === undefined ? { kind: kind === 'load' ? kind : 'list', host } : { kind: 'guest', host, id });
  }, [kind, host, id]);
}

/** The newest value of one guest, without keeping anything for guests that were never sampled; NaN when there is none. */
export function lastSample(ref: GuestRef, field: SampleField): number {
  return rings.get(ref.host)?.get(ref.id)?.last(field) ?? NaN;
}

/** useWatch for the lists of several hosts. */
export function useWatchedLists(hosts: readonly HostId[]): void {
  const key = hosts.join(' ');
  useEffect(() => {
    const leave = key
      .split(' ')
      .filter(Boolean)
      .map((host) => watches.add({ kind: 'list', host }));
    return () => leave.forEach((one) => one());
  }, [key]);
}
