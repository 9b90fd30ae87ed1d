import { Button, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { PlusCircleIcon } from '@patternfly/react-icons/dist/esm/icons/plus-circle-icon';
import { guestLimits, type NewNic } from '#model/guest-spec';
import { Field } from './field.tsx';
import { nicChoices, nicKey } from './nic-choices.tsx';
import { useRowFocus } from '../../ui/row-focus.ts';
import type { StepProps } from './step-props.ts';

/** Network cards beside the first one. */
export function MoreNics({ offer, draft, fields, onEdit }: StepProps) {
  const choices = nicChoices(offer, draft);
  const { moreNics: nics } = fields;
  const change = (moreNics: readonly NewNic[]): void => onEdit({ moreNics });
  const focus = useRowFocus('add-nic');
  // A second card is seldom for the network of the first.
  const next = choices.find(({ nic }) => ![fields.nic, ...nics].some((one) => nicKey(one) === nicKey(nic))) ?? choices[0];
  return (
    <>
      {nics.map((nic, i) => (
        // Rows have nothing of their own but what is chosen in them.
        // oxlint-disable-next-line react/no-array-index-key
        <Field
          key={i}
          id={`nic-${i + 2}`}
          label={`Network card ${i + 2}`}
          hint={choices.find((one) => nicKey(one.nic) === nicKey(nic))?.description}
        >
          <div className="gh-create__row">
            <FormSelect
              id={`nic-${i + 2}`}
              value={nicKey(nic)}
              aria-describedby={`nic-${i + 2}-help`}
              onChange={(_event, key) => {
                const chosen = choices.find((one) => nicKey(one.nic) === key);
                if (chosen !== undefined) change(nics.map((one, at) => (at === i ? chosen.nic : one)));
              }}
            >
              {choices.map((one) => (
                <FormSelectOption key={nicKey(one.nic)} value={nicKey(one.nic)} label={one.label} />
              ))}
            </FormSelect>
            <Button
              variant="link"
              aria-label={`Remove network card ${i + 2}`}
              onClick={() => {
                change(nics.filter((_one, at) => at !== i));
                focus('add-nic');
              }}
            >
              Remove
            </Button>
          </div>
        </Field>
      ))}
      {next !== undefined && nics.length + 1 < guestLimits.nicsMax && (
        <div>
          <Button
            id="add-nic"
            variant="link"
            isInline
            icon={<PlusCircleIcon />}
            onClick={() => {
              change([...nics, next.nic]);
              focus(`nic-${nics.length + 2}`);
            }}
          >
            Add a network card
          </Button>
        </div>
      )}
    </>
  );
}
