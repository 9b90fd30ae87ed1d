import { Button, Form, FormSelect, FormSelectOption, InputGroup, InputGroupItem, TextInput } from '@patternfly/react-core';
import { type KeyboardEvent, useState } from 'react';
import type { OwnCombination } from '#contract/keyboard';
import { FormField } from '../../../ui/form-field.tsx';
import { combinationOf, inPressingOrder, pcKeys } from './keys.ts';

const MOST_KEYS = 8;
const LONGEST_NAME = 40;

interface AddCombinationProps {
  /** No more can be kept. */
  readonly isFull: boolean;
  readonly onAdd: (combination: OwnCombination) => void;
}

/** Keys are pressed in the field, or chosen from a list where the desktop takes them for itself. */
export function AddCombination({ isFull, onAdd }: AddCombinationProps) {
  const [codes, setCodes] = useState<readonly string[]>([]);
  const [isFresh, setFresh] = useState(true);
  const [name, setName] = useState('');
  const label = combinationOf(codes)?.label ?? '';
  const add = (more: readonly string[]): void => setCodes(inPressingOrder(more).slice(0, MOST_KEYS));

  const onKeyDown = (event: KeyboardEvent): void => {
    // Without them the keyboard could not leave the field.
    if (event.key === 'Tab' && !event.ctrlKey && !event.altKey && !event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat) return;
    add(isFresh ? [event.code] : [...codes, event.code]);
    setFresh(false);
  };
  const onKeyUp = ({ ctrlKey, altKey, shiftKey, metaKey }: KeyboardEvent): void => setFresh(!ctrlKey && !altKey && !shiftKey && !metaKey);
  const keep = (): void => {
    onAdd({ name: name.trim() === '' ? label.slice(0, LONGEST_NAME) : name.trim(), codes: [...codes] });
    setCodes([]);
    setName('');
  };
  if (isFull) return <p>No more can be kept: remove one first.</p>;
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        if (codes.length > 0) keep();
      }}
    >
      <FormField
        id="combination-keys"
        label="Keys"
        hint="Press them together here. What the desktop keeps for itself, choose from the list."
      >
        <InputGroup>
          <InputGroupItem isFill>
            <TextInput
              id="combination-keys"
              value={label}
              readOnly
              placeholder="Press the keys"
              aria-describedby="combination-keys-help"
              onKeyDown={onKeyDown}
              onKeyUp={onKeyUp}
            />
          </InputGroupItem>
          <InputGroupItem>
            <FormSelect aria-label="Add a key" value="" onChange={(_event, code) => add([...codes, code])}>
              <FormSelectOption value="" label="Add a key" isPlaceholder />
              {pcKeys.map((key) => (
                <FormSelectOption key={key.code} value={key.code} label={key.label} />
              ))}
            </FormSelect>
          </InputGroupItem>
          <InputGroupItem>
            <Button variant="control" isDisabled={codes.length === 0} onClick={() => setCodes([])}>
              Clear
            </Button>
          </InputGroupItem>
        </InputGroup>
      </FormField>
      <FormField id="combination-name" label="Name" hint="Optional.">
        <TextInput
          id="combination-name"
          value={name}
          maxLength={LONGEST_NAME}
          placeholder={label}
          aria-describedby="combination-name-help"
          onChange={(_event, value) => setName(value)}
        />
      </FormField>
      <div>
        <Button variant="secondary" type="submit" isDisabled={codes.length === 0}>
          Add
        </Button>
      </div>
    </Form>
  );
}
