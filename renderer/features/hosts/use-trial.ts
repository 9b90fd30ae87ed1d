import { useEffect, useRef, useState } from 'react';
import type { AddressWish, TrialResult } from '#contract/hosts';
import type { HostId } from '#model/host';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';

export type Trial = { readonly kind: 'none' } | { readonly kind: 'running'; readonly since: number } | TrialResult;

interface Tried {
  readonly address: AddressWish;
  readonly readOnly: boolean;
}

export interface TrialControl {
  readonly trial: Trial;
  /** Ends a trial that runs, then begins another. */
  begin(tried: Tried): void;
  /** Gives up the trial that runs, and forgets the last one's result. */
  forget(): void;
}

/** Tries an address without keeping it. Who leaves the page stops waiting. `host`: whose files the address may name. */
export function useTrial(host: HostId | null): TrialControl {
  const [trial, setTrial] = useState<Trial>({ kind: 'none' });
  const current = useRef<Promise<void> | null>(null);
  const wanted = useRef(0);

  const stop = async (): Promise<void> => {
    if (current.current === null) return;
    await api.hosts.stopTest({}).catch(() => undefined);
    await current.current;
  };
  const run = async (tried: Tried, turn: number): Promise<void> => {
    await stop();
    if (wanted.current !== turn) return;
    const answer = api.hosts.test({ host, ...tried }).catch((error: unknown): TrialResult => ({ kind: 'failed', fault: faultOf(error) }));
    current.current = answer.then((result) => {
      current.current = null;
      if (wanted.current !== turn) return;
      setTrial(result.kind === 'failed' && result.fault.code === 'cancelled' ? { kind: 'none' } : result);
    });
  };
  useEffect(
    () => () => {
      wanted.current += 1;
      if (current.current !== null) api.hosts.stopTest({}).catch(() => undefined);
    },
    [],
  );
  return {
    trial,
    begin: (tried) => {
      wanted.current += 1;
      setTrial({ kind: 'running', since: Date.now() });
      void run(tried, wanted.current);
    },
    forget: () => {
      wanted.current += 1;
      setTrial({ kind: 'none' });
      void stop();
    },
  };
}
