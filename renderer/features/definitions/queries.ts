import { useQuery } from '@tanstack/react-query';
import type { Revision } from '#model/definition';
import type { GuestRef } from '#model/guest';
import { api } from '../../api.ts';
import { guestKeys } from '../../data/keys.ts';

/** Milliseconds. Not every change of a definition is told: a device that is attached for the next start alone is not. */
const LOOK_EVERY = 5000;

export const nextStartKey = (ref: GuestRef) => [...guestKeys.one(ref), 'next-start'];

/** What the guest will be started with next time; while it is edited, also what no event tells is noticed. */
export const useNextStart = (ref: GuestRef, editing: boolean) =>
  useQuery({
    queryKey: nextStartKey(ref),
    queryFn: () => api.definitions.read(ref),
    refetchInterval: editing ? LOOK_EVERY : false,
  });
export const useKept = (ref: GuestRef) => useQuery({ queryKey: [...guestKeys.one(ref), 'kept'], queryFn: () => api.definitions.kept(ref) });
export const useKeptText = (ref: GuestRef, revision: Revision | null) =>
  useQuery({
    queryKey: ['kept-text', ref, revision],
    queryFn: () => (revision === null ? null : api.definitions.keptText({ guest: ref, revision })),
    staleTime: Infinity,
  });
export const useCommand = (ref: GuestRef) =>
  useQuery({ queryKey: [...guestKeys.one(ref), 'define-command'], queryFn: () => api.definitions.command(ref) });
