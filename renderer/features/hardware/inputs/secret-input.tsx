import { Button, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import { said, type PropsOf } from './input-props.ts';

/** A password that is never shown: there is one or not, and it can be set, replaced or taken away. */
export function SecretInput({ id, field, name, value, before, isInvalid, isDisabled, onChange }: PropsOf<'secret'>) {
  const had = before !== null;
  const [typing, setTyping] = useState(false);
  const label = name ?? field.label;
  const isNew = typeof value === 'string' && value !== '';
  if (typing || isNew) {
    return (
      <div className="gh-hw-text">
        <TextInput
          {...said({ id, name })}
          type="password"
          value={isNew ? value : ''}
          autoComplete="new-password"
          isDisabled={isDisabled}
          validated={isInvalid ? 'error' : 'default'}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the person has just asked for it
          autoFocus={typing && !isNew}
          onChange={(_event, text) => onChange(text === '' ? (had ? '' : null) : text)}
        />
        <Button
          variant="link"
          onClick={() => {
            setTyping(false);
            onChange(had ? '' : null);
          }}
        >
          {had ? 'Keep the old one' : 'Set none'}
        </Button>
      </div>
    );
  }
  const words = value === '' ? 'Set; it is not shown' : had ? 'Will be removed' : (field.unset ?? 'Not set');
  return (
    <div className="gh-hw-text">
      <span className="gh-hw-secret">{words}</span>
      <Button
        id={id}
        variant="secondary"
        size="sm"
        isDisabled={isDisabled}
        aria-label={`${had ? 'Replace' : 'Set'}: ${label}`}
        onClick={() => setTyping(true)}
      >
        {had ? 'Replace' : 'Set'}
      </Button>
      {value === '' && field.unset !== null && (
        <Button variant="link" size="sm" isDisabled={isDisabled} aria-label={`Remove: ${label}`} onClick={() => onChange(null)}>
          Remove
        </Button>
      )}
      {value === null && had && (
        <Button variant="link" size="sm" isDisabled={isDisabled} aria-label={`Keep it: ${label}`} onClick={() => onChange('')}>
          Keep it
        </Button>
      )}
    </div>
  );
}
