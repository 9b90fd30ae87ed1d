import { Button, Checkbox, Skeleton, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import { PublicKey, type SshKey } from '#model/cloud-init';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { systemKeys } from '../../data/keys.ts';
import { queryClient } from '../../data/query-client.ts';
import { useSshKeys } from '../../data/systems.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { ChooseButton } from './choose-button.tsx';
import { Field } from './field.tsx';

interface SshKeysFieldProps {
  /** Lines of authorized_keys. */
  readonly keys: readonly string[];
  readonly problem: string | undefined;
  readonly onChange: (keys: readonly string[]) => void;
}

/** Public keys of this computer to tick, one made for the purpose, or one that is pasted. */
export function SshKeysField({ keys, problem, onChange }: SshKeysFieldProps) {
  const { data, error, refetch } = useSshKeys();
  const [pasted, setPasted] = useState('');
  const own = data ?? [];
  const foreign = keys.filter((line) => !own.some((key) => key.line === line));
  const wrong = pasted.trim() !== '' && !PublicKey.safeParse(pasted.trim()).success;
  const toggle = (line: string, on: boolean): void => onChange(on ? [...keys, line] : keys.filter((one) => one !== line));
  const add = (line: string): void => {
    if (!keys.includes(line)) toggle(line, true);
  };
  return (
    <Field id="ssh-keys" label="ssh keys" role="group" problem={problem}>
      <div className="gh-create__folded">
        {error !== null && <FaultAlert fault={faultOf(error)} onRetry={() => void refetch()} />}
        {data === undefined && error === null && <Skeleton height="2rem" screenreaderText="Reading your keys" />}
        {own.map((key, i) => (
          <KeyLine
            key={key.line}
            id={`ssh-key-${i}`}
            sshKey={key}
            isChecked={keys.includes(key.line)}
            onToggle={(on) => toggle(key.line, on)}
          />
        ))}
        {foreign.map((line) => (
          <div key={line} className="gh-create__key">
            <span className="gh-create__cut">
              <ForeignText text={line} />
            </span>
            <Button variant="link" isInline onClick={() => toggle(line, false)}>
              Leave it out
            </Button>
          </div>
        ))}
        {data?.length === 0 && <p>There is no public key in your .ssh folder.</p>}
        <div className="gh-create__buttons">
          <ChooseButton
            id="ssh-key-new"
            choose={async () => api.media.makeSshKey({})}
            onChoose={(key) => {
              add(key.line);
              void queryClient.invalidateQueries({ queryKey: systemKeys.sshKeys });
            }}
          >
            Make a new key…
          </ChooseButton>
        </div>
        <Field id="ssh-key-pasted" label="Or paste a public key" problem={wrong ? 'This is no public key of ssh.' : undefined}>
          <TextInput
            id="ssh-key-pasted"
            className="gh-create__mono"
            value={pasted}
            autoComplete="off"
            spellCheck={false}
            validated={wrong ? 'error' : 'default'}
            aria-describedby="ssh-key-pasted-help"
            onChange={(_event, text) => {
              const line = text.trim();
              setPasted(text);
              if (!PublicKey.safeParse(line).success) return;
              add(line);
              setPasted('');
            }}
          />
        </Field>
      </div>
    </Field>
  );
}

interface KeyLineProps {
  readonly id: string;
  readonly sshKey: SshKey;
  readonly isChecked: boolean;
  readonly onToggle: (on: boolean) => void;
}

const KeyLine = ({ id, sshKey: { name, type, comment, fingerprint }, isChecked, onToggle }: KeyLineProps) => (
  <Checkbox
    id={id}
    label={
      <>
        <ForeignText text={name} /> (<ForeignText text={comment} />)
      </>
    }
    description={
      <>
        {type} <ForeignText text={fingerprint} />
      </>
    }
    isChecked={isChecked}
    onChange={(_event, on) => onToggle(on)}
  />
);
