import { TextArea, TextInput } from '@patternfly/react-core';
import { PickSystem } from '../pick-system.tsx';
import { PickVolume } from '../pick-volume.tsx';
import { said, type PropsOf } from './input-props.ts';

/** Text, with what the host suggests, and a way to its volumes where one can be meant. */
export function TextField({ id, field, name, value, host, isInvalid, isDisabled, onChange }: PropsOf<'text'>) {
  const { suggestions, picks, lines, unset, maxLength } = field;
  const common = {
    ...said({ id, name }),
    value: value === null ? '' : String(value),
    placeholder: unset ?? '',
    isDisabled,
    validated: isInvalid ? ('error' as const) : ('default' as const),
    // One more than there may be, so that it is said instead of swallowed.
    maxLength: maxLength + 1,
    autoComplete: 'off',
    spellCheck: false,
    onChange: (_event: unknown, text: string) => onChange(text === '' ? null : text),
  };
  if (lines > 1) return <TextArea {...common} rows={lines} resizeOrientation="vertical" />;
  const listId = `${id}-suggestions`;
  return (
    <div className="gh-hw-text">
      <TextInput {...common} {...(suggestions.length > 0 && { list: listId })} />
      {suggestions.length > 0 && (
        <datalist id={listId}>
          {suggestions
            .filter(({ unavailable }) => unavailable === null)
            .map((suggestion) => (
              <option
                key={String(suggestion.value)}
                value={String(suggestion.value)}
                label={[suggestion.label, suggestion.help].filter(Boolean).join(': ')}
              />
            ))}
        </datalist>
      )}
      {picks === 'system' && <PickSystem chosen={common.value} label={name ?? field.label} isDisabled={isDisabled} onPick={onChange} />}
      {picks !== null && picks !== 'system' && !isDisabled && (
        <PickVolume host={host} picks={picks} label={name ?? field.label} onPick={onChange} />
      )}
    </div>
  );
}
