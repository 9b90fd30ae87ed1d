import { Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { lazy, Suspense, useState } from 'react';
import type { HostId } from '#model/host';
import type { Pool, Volume } from '#model/storage';
import { VolumeFormat } from '#model/volume-spec';
import { usePoolVolumes } from '../../data/pool-volumes.ts';
import { usePoolOffer, usePools, useVolumes } from '../../data/queries.ts';
import { makeVolume } from '../../data/storage-verbs.ts';
import { readableText } from '../../ui/foreign-text.tsx';
import { FormDialog } from './form-dialog.tsx';
import { draftStore } from './use-draft.ts';
import { useVolumeText } from './use-volume-text.ts';
import {
  basesIn,
  emptyVolume,
  formatOf,
  hasSnapshots,
  judgeVolume,
  overlayOn,
  type VolumeDraft,
  type VolumePlace,
} from './volume-draft.ts';
import { VolumeFields } from './volume-fields.tsx';

// The editor is large, and few want it.
const VolumeTextSide = lazy(async () => ({ default: (await import('./volume-text-side.tsx')).VolumeTextSide }));

interface CreateVolumeDialogProps {
  readonly host: HostId;
  readonly pool: Pool;
  /** What the new one is to lie over; without it, what was typed before is there again. */
  readonly base?: Volume;
  onClose(): void;
}

const useVolumeDraft = draftStore<VolumeDraft>();
const noPassphrase = { first: '', again: '' };

/** A new volume of a pool, by a form or by its definition. Made is what is looked at. */
export function CreateVolumeDialog({ host, pool, base, onClose }: CreateVolumeDialogProps) {
  const kept = base === undefined ? `new-volume.${host}.${pool.name}` : `new-overlay.${host}.${base.path}`;
  const { draft, change: setDraft, forget } = useVolumeDraft(kept, base === undefined ? emptyVolume : overlayOn(base, pool));
  const [passphrase, setPassphrase] = useState(noPassphrase);
  const [side, setSide] = useState<'form' | 'xml'>('form');
  const volumes = useVolumes(host, pool.name).data ?? [];
  const everywhere = usePoolVolumes(host, usePools(host).data ?? [], draft.base !== null);
  const offer = usePoolOffer(host).data?.find(({ kind }) => kind === pool.kind);
  const place: VolumePlace = {
    pool,
    taken: new Set(volumes.map(({ name }) => name)),
    formats: (offer?.volumeFormats ?? []).flatMap((one) => VolumeFormat.safeParse(one).data ?? []),
    bases: basesIn(pool, hasSnapshots(pool) ? volumes : everywhere.volumes),
  };
  const { spec, problems } = judgeVolume(draft, place, passphrase);
  const text = useVolumeText(kept, host, spec, {
    pool: pool.name,
    passphrase: draft.encrypt && problems['passphrase'] === undefined && problems['again'] === undefined ? passphrase.first : null,
    tables: draft.preallocation !== 'sparse' && formatOf(draft, place) === 'qcow2',
  });
  const byText = side === 'xml' && text.own !== null;
  const run = async () => {
    if (byText) await text.make();
    else if (spec !== null) await makeVolume(host, spec);
    forget();
    text.forget();
  };

  return (
    <FormDialog
      title={`New volume in “${readableText(pool.name)}”`}
      submit="Make volume"
      wide
      ready={byText || spec !== null}
      run={run}
      onClose={onClose}
    >
      {(pressed) => (
        <>
          <Tabs
            className="gh-dialog__whole"
            activeKey={side}
            aria-label="Ways to make it"
            onSelect={(_event, key) => setSide(key === 'xml' ? 'xml' : 'form')}
          >
            <Tab eventKey="form" title={<TabTitleText>Form</TabTitleText>} tabContentId="volume-form" />
            <Tab eventKey="xml" title={<TabTitleText>Definition (XML)</TabTitleText>} tabContentId="volume-xml" />
          </Tabs>
          {side === 'form' ? (
            <div id="volume-form" className="gh-dialog__side">
              <VolumeFields
                host={host}
                draft={draft}
                place={place}
                passphrase={passphrase}
                problems={problems}
                pressed={pressed}
                onDraft={setDraft}
                onPassphrase={setPassphrase}
              />
            </div>
          ) : (
            <div id="volume-xml" className="gh-dialog__whole">
              <Suspense fallback={null}>
                <VolumeTextSide text={text} formIsWrong={spec === null} />
              </Suspense>
            </div>
          )}
        </>
      )}
    </FormDialog>
  );
}
