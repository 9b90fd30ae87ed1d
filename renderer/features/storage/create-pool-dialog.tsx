import { Checkbox, FormSelect, FormSelectOption, Radio, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { HostId } from '#model/host';
import { PoolKind, poolKinds } from '#model/pool-kinds';
import type { PoolSpec } from '#model/pool-spec';
import { paths } from '../../data/paths.ts';
import { usePoolOffer, usePools } from '../../data/queries.ts';
import { makePool } from '../../data/storage-verbs.ts';
import { FormField } from '../../ui/form-field.tsx';
import { FormDialog } from './form-dialog.tsx';
import { PoolFields } from './pool-fields.tsx';
import { PoolSources } from './pool-sources.tsx';
import { emptyPool, judgePool, placeOf, suggestedName, withKind, withPlace, type PoolDraft } from './pool-draft.ts';
import { draftStore } from './use-draft.ts';

const usePoolDraft = draftStore<PoolDraft>();

/** A new pool of any kind that the host has. */
export function CreatePoolDialog({ host, onClose }: { readonly host: HostId; onClose(): void }) {
  const [, navigate] = useLocation();
  const { draft, change, forget } = usePoolDraft(host, emptyPool);
  const [password, setPassword] = useState('');
  const pools = usePools(host).data ?? [];
  const offer = usePoolOffer(host);
  const kinds = offer.data?.map(({ kind }) => kind) ?? [draft.kind];
  const taken = new Set(pools.map(({ name }) => name));
  const { spec, nameProblem, problems } = judgePool(draft, password, taken);
  const facts = poolKinds[draft.kind];
  const run = async () => {
    if (spec === null) return;
    await makePool(host, spec);
    forget();
    navigate(paths.storage(host, spec.name));
  };
  return (
    <FormDialog
      title="New pool"
      submit={draft.build === 'overwrite' ? 'Make pool…' : 'Make pool'}
      danger={draft.build === 'overwrite'}
      wide
      ready={spec !== null}
      run={run}
      onClose={onClose}
    >
      {(pressed) => (
        <>
          <FormField id="pool-kind" label="Kind" hint={facts.what}>
            <FormSelect
              id="pool-kind"
              value={draft.kind}
              aria-describedby="pool-kind-help"
              onChange={(_event, value) => change(withKind(draft, PoolKind.parse(value)))}
            >
              {kinds.map((kind) => (
                <FormSelectOption key={kind} value={kind} label={poolKinds[kind].title} />
              ))}
            </FormSelect>
          </FormField>
          {facts.discovery !== null && (
            <PoolSources
              key={draft.kind}
              host={host}
              kind={draft.kind}
              place={placeOf(draft, password)}
              onChoose={(place) => change(withPlace(draft, place))}
            />
          )}
          <PoolFields
            draft={draft}
            password={password}
            problems={problems}
            pressed={pressed}
            pools={pools}
            onChange={change}
            onPassword={setPassword}
          />
          <FormField id="pool-name" label="Name" problem={nameProblem}>
            <TextInput
              id="pool-name"
              value={draft.name ?? suggestedName(draft, taken)}
              autoComplete="off"
              spellCheck={false}
              validated={nameProblem === undefined ? 'default' : 'error'}
              aria-describedby="pool-name-help"
              onChange={(_event, name) => change({ ...draft, name })}
            />
          </FormField>
          <BuildField draft={draft} onChange={(build) => change({ ...draft, build })} />
          <FormField id="pool-start" label="Start it" role="group">
            <Checkbox id="pool-start-now" label="Now" isChecked={draft.start} onChange={(_event, start) => change({ ...draft, start })} />
            <Checkbox
              id="pool-autostart"
              label="Whenever the host starts"
              isChecked={draft.autostart}
              onChange={(_event, autostart) => change({ ...draft, autostart })}
            />
          </FormField>
        </>
      )}
    </FormDialog>
  );
}

/** What is to be made in the place before the pool is started. */
function BuildField({ draft, onChange }: { readonly draft: PoolDraft; onChange(build: PoolSpec['build']): void }) {
  const { builds } = poolKinds[draft.kind];
  if (builds === 'nothing') return null;
  if (builds === 'folder') {
    return (
      <Checkbox
        id="pool-build"
        label="Make the folder if it is not there"
        isChecked={draft.build === 'keep'}
        onChange={(_event, checked) => onChange(checked ? 'keep' : 'no')}
      />
    );
  }
  const choice = (build: PoolSpec['build'], label: string, description: string) => (
    <Radio
      id={`pool-build-${build}`}
      name="pool-build"
      label={label}
      description={description}
      isChecked={draft.build === build}
      onChange={() => onChange(build)}
    />
  );
  return (
    <FormField id="pool-build" label="What is on it" role="radiogroup">
      {choice('no', 'Use it as it is', 'It has been prepared already. Nothing is written.')}
      {choice('keep', 'Prepare it if it is empty', 'Refused where anything is found on it.')}
      {choice('overwrite', 'Prepare it and lose what is on it', 'You are asked once more.')}
    </FormField>
  );
}
