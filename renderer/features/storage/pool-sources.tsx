import { Button, Radio } from '@patternfly/react-core';
import { useState } from 'react';
import type { Fault } from '#model/fault';
import type { HostId } from '#model/host';
import { poolFields, poolKinds, type PoolKind, type PoolPlace } from '#model/pool-kinds';
import type { PoolSource } from '#model/pool-spec';
import { faultOf } from '../../data/fault-of.ts';
import { discoverPools } from '../../data/storage-verbs.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { readableText } from '../../ui/foreign-text.tsx';
import { FormField } from '../../ui/form-field.tsx';

interface PoolSourcesProps {
  readonly host: HostId;
  readonly kind: PoolKind;
  /** As far as it is typed. */
  readonly place: PoolPlace;
  onChoose(place: PoolPlace): void;
}

/** So many are listed; a server with more is typed in. */
const SHOWN_MAX = 50;

/** What the host finds to make a pool of, on request: it may ask a server. */
export function PoolSources({ host, kind, place, onChoose }: PoolSourcesProps) {
  const [found, setFound] = useState<readonly PoolSource[] | null>(null);
  const [chosen, setChosen] = useState<PoolSource | null>(null);
  const [looking, setLooking] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const facts = poolKinds[kind];
  const missing = facts.discovery?.needs.filter((field) => place[field] === undefined) ?? [];
  const words = missing.map((field) => facts.fields.find(({ name }) => name === field)?.label ?? poolFields[field].label);
  const look = async () => {
    setLooking(true);
    setFault(null);
    try {
      setFound(await discoverPools(host, kind, place));
    } catch (error) {
      setFault(faultOf(error));
    }
    setLooking(false);
  };
  return (
    <FormField
      id="pool-sources"
      label="What is there"
      role="radiogroup"
      hint={
        missing.length > 0 ? `To look for it, fill in below: ${words.join(', ')}.` : found?.length === 0 ? 'Nothing was found.' : undefined
      }
    >
      {fault !== null && <FaultAlert fault={fault} />}
      {found?.slice(0, SHOWN_MAX).map((source, index) => (
        <Radio
          key={source.label}
          id={`pool-source-${index}`}
          name="pool-source"
          label={readableText(source.label)}
          isChecked={source === chosen}
          onChange={() => {
            setChosen(source);
            onChoose(source.place);
          }}
        />
      ))}
      <Button variant="secondary" size="sm" isLoading={looking} isDisabled={looking || missing.length > 0} onClick={() => void look()}>
        {found === null ? 'Look for it' : 'Look again'}
      </Button>
    </FormField>
  );
}
