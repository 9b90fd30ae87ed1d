import { Button, FormSelect, FormSelectOption, Popover } from '@patternfly/react-core';
import { HelpIcon } from '@patternfly/react-icons/dist/esm/icons/help-icon';
import { readableText } from '../../../ui/foreign-text.tsx';
import { said, type PropsOf } from './input-props.ts';

const UNSET = 'unset';
const OTHER = 'other';

/** One of the host's choices. What cannot be chosen says why; a button tells what each of them means. */
export function ChoiceInput({ id, field, name, value, isInvalid, isDisabled, onChange }: PropsOf<'choice'>) {
  const { choices, unset, label } = field;
  const at = choices.findIndex((choice) => choice.value === value);
  const chosen = at >= 0 ? String(at) : value === null && unset !== null ? UNSET : OTHER;
  const explained = name === undefined && choices.some(({ help, unavailable }) => help !== null || unavailable !== null);
  return (
    <div className="gh-hw-choice">
      <FormSelect
        {...said({ id, name })}
        value={chosen}
        isDisabled={isDisabled}
        validated={isInvalid ? 'error' : 'default'}
        onChange={(_event, next) => onChange(next === UNSET ? null : (choices[Number(next)]?.value ?? null))}
      >
        {chosen === OTHER && (
          <FormSelectOption value={OTHER} label={value === null ? 'Choose one' : readableText(String(value))} isDisabled />
        )}
        {unset !== null && <FormSelectOption value={UNSET} label={unset} />}
        {choices.map((choice, index) => (
          <FormSelectOption
            key={String(choice.value)}
            value={String(index)}
            label={readableText(choice.unavailable === null ? choice.label : `${choice.label} (${choice.unavailable})`)}
            isDisabled={choice.unavailable !== null && index !== at}
          />
        ))}
      </FormSelect>
      {explained && (
        <Popover
          headerContent={label}
          bodyContent={<ChoiceList choices={choices} />}
          position="right"
          // Where it is, also in a dialog.
          appendTo="inline"
        >
          <Button variant="plain" size="sm" icon={<HelpIcon />} aria-label={`What the choices of ${label} mean`} />
        </Popover>
      )}
    </div>
  );
}

const ChoiceList = ({ choices }: Pick<PropsOf<'choice'>['field'], 'choices'>) => (
  <dl className="gh-hw-choices">
    {choices.map(({ value, label, help, unavailable }) => (
      <div key={String(value)}>
        <dt>{readableText(label)}</dt>
        {help !== null && <dd>{help}</dd>}
        {unavailable !== null && <dd className="gh-subtle">Not now: {unavailable}</dd>}
      </div>
    ))}
  </dl>
);
