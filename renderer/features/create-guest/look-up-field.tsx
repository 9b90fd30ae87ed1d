import { Button, InputGroup, InputGroupItem, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import type { Fault } from '#model/fault';
import type { RecentUse } from '#model/recent-medium';
import type { RecognisedSource } from '#model/remote-source';
import { WebAddress } from '#model/web-address';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { Field } from './field.tsx';
import { RecentAddresses } from './recent-addresses.tsx';

interface LookUpFieldProps {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  /** As what addresses are offered that were used before. */
  readonly recent?: RecentUse | undefined;
  readonly address: string;
  /** What lies at the address has been asked already. */
  readonly isKnown: boolean;
  readonly onType: (address: string) => void;
  /** What lies there; answers why it is not what was looked for, null where it is. */
  readonly onFound: (source: RecognisedSource) => string | null | Promise<string | null>;
}

/** An address on the web, and what lies there. Main asks first before it goes to a server that nobody has named before. */
export function LookUpField({ id, label, hint, recent, address, isKnown, onType, onFound }: LookUpFieldProps) {
  const [asking, setAsking] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const [note, setNote] = useState<string | null>(null);
  const url = address.trim();
  const wrong = url === '' ? undefined : WebAddress.safeParse(url).error?.issues[0]?.message;
  const canAsk = url !== '' && wrong === undefined && !asking;

  const look = async (): Promise<void> => {
    setAsking(true);
    setFault(null);
    setNote(null);
    try {
      setNote(await onFound(await api.media.recognise({ url })));
    } catch (error) {
      const why = faultOf(error);
      // Main asked, and the person thought better of it.
      setFault(why.code === 'cancelled' ? null : why);
    } finally {
      setAsking(false);
    }
  };
  return (
    <>
      <Field id={id} label={label} problem={wrong ?? note ?? undefined} hint={hint}>
        <InputGroup>
          <InputGroupItem isFill>
            <TextInput
              id={id}
              type="url"
              value={address}
              placeholder="https://"
              autoComplete="off"
              spellCheck={false}
              aria-describedby={`${id}-help`}
              validated={wrong === undefined ? 'default' : 'error'}
              onChange={(_event, text) => {
                setNote(null);
                onType(text);
              }}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || isKnown) return;
                // Enter asks what lies there; the step is left once that is known.
                event.preventDefault();
                if (canAsk) void look();
              }}
            />
          </InputGroupItem>
          <InputGroupItem>
            <Button variant="secondary" isLoading={asking} isDisabled={!canAsk} onClick={() => void look()}>
              Look it up
            </Button>
          </InputGroupItem>
        </InputGroup>
      </Field>
      {fault !== null && <FaultAlert fault={fault} />}
      {recent !== undefined && (
        <RecentAddresses
          id={id}
          use={recent}
          onPick={(picked) => {
            setNote(null);
            onType(picked);
          }}
        />
      )}
    </>
  );
}
