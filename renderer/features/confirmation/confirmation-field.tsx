import { Button, InputGroup, InputGroupItem, TextInput } from '@patternfly/react-core';
import { EyeIcon } from '@patternfly/react-icons/dist/esm/icons/eye-icon';
import { EyeSlashIcon } from '@patternfly/react-icons/dist/esm/icons/eye-slash-icon';
import { useState } from 'react';
import type { ConfirmationInput } from '#model/confirmation';

interface ConfirmationFieldProps {
  readonly input: ConfirmationInput;
  readonly focused: boolean;
  readonly disabled: boolean;
}

/** Something to type. Uncontrolled: what is typed is in the field and nowhere else. */
export function ConfirmationField({ input, focused, disabled }: ConfirmationFieldProps) {
  const [shown, setShown] = useState(false);
  const id = `input-${input.id}`;
  const secret = input.kind === 'secret';
  return (
    <div className="gh-confirm__field">
      <label htmlFor={id}>{input.label}</label>
      <InputGroup>
        <InputGroupItem isFill>
          <TextInput
            id={id}
            name={id}
            type={secret && !shown ? 'password' : 'text'}
            defaultValue={input.value}
            maxLength={input.maxLength}
            // "off" is passed over for passwords; this is not.
            autoComplete={secret ? 'new-password' : 'off'}
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            autoFocus={focused}
            isDisabled={disabled}
          />
        </InputGroupItem>
        {secret && (
          <InputGroupItem>
            <Button
              variant="control"
              icon={shown ? <EyeSlashIcon /> : <EyeIcon />}
              aria-label={shown ? 'Hide what is typed' : 'Show what is typed'}
              aria-pressed={shown}
              onClick={() => setShown(!shown)}
            />
          </InputGroupItem>
        )}
      </InputGroup>
    </div>
  );
}
