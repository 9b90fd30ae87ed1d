import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Fault } from '#model/fault';
import type { HostId } from '#model/host';
import type { VolumeSpec } from '#model/volume-spec';
import type { VolumeText } from '#model/volume-text';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { hostKeys } from '../../data/keys.ts';
import { makeVolumeByText } from '../../data/storage-verbs.ts';
import { draftStore } from './use-draft.ts';

export interface VolumeTextBox {
  /** What the form means; null: it is not known yet. */
  readonly proposed: string | null;
  readonly fault: Fault | null;
  /** The person's own; null: nothing was changed. */
  readonly own: string | null;
  /** A text that was refused, and why. */
  readonly refusal: { readonly text: string; readonly fault: Fault } | null;
  change(text: string | null): void;
  retry(): void;
  make(): Promise<void>;
  forget(): void;
}

const useOwnText = draftStore<string | null>();

/** The definition that a form means, and the person's own in its place. `spec` null: the form means none yet. */
export function useVolumeText(kept: string, host: HostId, spec: VolumeSpec | null, more: Omit<VolumeText, 'text'>): VolumeTextBox {
  const { draft: own, change, forget } = useOwnText(kept, null);
  const [refusal, setRefusal] = useState<VolumeTextBox['refusal']>(null);
  // Passphrases are kept nowhere.
  const key = spec === null ? null : { ...spec, passphrase: spec.passphrase !== null };
  const { data, error, refetch } = useQuery({
    queryKey: [...hostKeys.volumes(host, more.pool), 'text', key],
    queryFn: async () => (spec === null ? null : api.storage.volumeText({ host, spec })),
    enabled: spec !== null && own === null,
  });
  return {
    proposed: data ?? null,
    fault: error === null ? null : faultOf(error),
    own,
    refusal,
    change: (text) => change(text === data ? null : text),
    retry: () => void refetch(),
    forget,
    make: async () => {
      if (own === null) return;
      setRefusal(null);
      try {
        await makeVolumeByText(host, { ...more, text: own });
      } catch (refused) {
        setRefusal({ text: own, fault: faultOf(refused) });
        throw refused;
      }
    },
  };
}
