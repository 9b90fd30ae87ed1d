import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../api.ts';
import { systemKeys } from './keys.ts';

/** Of what was typed, when nothing more was for a moment (milliseconds): a search for every letter would only flicker. */
const PAUSE = 200;

export function useSettled(text: string): string {
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => settle(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** Operating systems whose names have these words. `ended`: also those that their makers have given up. */
export const useSystems = (text: string, ended: boolean) =>
  useQuery({
    queryKey: systemKeys.search(text, ended),
    queryFn: () => api.media.systems({ text, ended }),
    placeholderData: keepPreviousData,
  });

/** What follows from a system. Null: it is not known here. */
export const useSystemFacts = (id: string | null) =>
  useQuery({
    queryKey: systemKeys.facts(id),
    queryFn: () => (id === null ? null : api.media.system({ id })),
    staleTime: Infinity,
  });

/** What can be downloaded. `arch` as in x86_64; null: for every machine. */
export const useCatalogue = (text: string, arch: string | null, ended: boolean) =>
  useQuery({
    queryKey: systemKeys.catalogue(text, arch, ended),
    queryFn: () => api.media.catalogue({ text, arch, ended }),
    placeholderData: keepPreviousData,
  });

export const useRemoteFile = (url: string) =>
  useQuery({ queryKey: systemKeys.remoteFile(url), queryFn: () => api.media.remoteFile({ url }), staleTime: Infinity, retry: false });

export const useDriverDisc = () => useQuery({ queryKey: systemKeys.driverDisc, queryFn: () => api.media.driverDisc({}) });
export const useSshKeys = () => useQuery({ queryKey: systemKeys.sshKeys, queryFn: () => api.media.sshKeys({}) });
