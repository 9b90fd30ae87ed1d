import { Button, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import type { Fault } from '#model/fault';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { Field } from './field.tsx';

interface PasswordFieldProps {
  readonly label?: string;
  readonly hint: string;
  readonly isSet: boolean;
  /** Null: there is none any more. */
  readonly onHash: (hash: string | null) => void;
}

/** A password, typed twice. It is kept nowhere: as soon as both are the same, its hash (SHA-512 crypt) takes its place. */
export function PasswordField({ label = 'Password', hint, isSet, onHash }: PasswordFieldProps) {
  const [first, setFirst] = useState('');
  const [second, setSecond] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);

  const hash = async (password: string): Promise<void> => {
    try {
      onHash((await api.media.hashPassword({ password })).hash);
      setFirst('');
      setSecond('');
    } catch (error) {
      setFault(faultOf(error));
    }
  };
  const type = (one: string, other: string): void => {
    setFirst(one);
    setSecond(other);
    setFault(null);
    if (one !== '' && one === other) void hash(one);
  };
  if (isSet) {
    return (
      <Field id="password" label={label} role="group">
        <span role="status">Set. Only its hash is kept. </span>
        <Button id="password" variant="link" isInline onClick={() => onHash(null)}>
          Set another
        </Button>
      </Field>
    );
  }
  const differ = second !== '' && !first.startsWith(second);
  return (
    <>
      <Field id="password" label={label} hint={hint}>
        <TextInput
          id="password"
          type="password"
          value={first}
          autoComplete="new-password"
          aria-describedby="password-help"
          onChange={(_event, text) => type(text, second)}
        />
      </Field>
      {first !== '' && (
        <Field id="password-again" label="The same password again" problem={differ ? 'The two are not the same.' : undefined}>
          <TextInput
            id="password-again"
            type="password"
            value={second}
            autoComplete="new-password"
            validated={differ ? 'error' : 'default'}
            aria-describedby="password-again-help"
            onChange={(_event, text) => type(first, text)}
          />
        </Field>
      )}
      {fault !== null && <FaultAlert fault={fault} />}
    </>
  );
}
