import { Radio } from '@patternfly/react-core';
import { Field } from './field.tsx';
import { MoreNics } from './more-nics.tsx';
import { nicChoices, nicKey, sameNic } from './nic-choices.tsx';
import { about, type StepProps } from './step-props.ts';

/** What the guest's network card is plugged into, and its further cards; or no card. */
export function NetworkStep(props: StepProps) {
  const { offer, draft, fields, objections, onEdit, onMend } = props;
  return (
    <>
      <Field id="network" label="Network" role="radiogroup" isLabelHidden objections={about(objections, 'network')} onMend={onMend}>
        {nicChoices(offer, draft).map(({ nic, id, label, description }) => (
          <Radio
            key={nicKey(nic)}
            id={id}
            name="network"
            label={label}
            description={description}
            isChecked={sameNic(fields.nic, nic)}
            onChange={() => onEdit({ nic })}
          />
        ))}
        <Radio
          id="no-network"
          name="network"
          label="No network"
          description={draft.road === 'pxe' ? 'Without a network card there is nothing to start from.' : 'The guest gets no network card.'}
          isChecked={fields.nic === null}
          isDisabled={draft.road === 'pxe'}
          onChange={() => onEdit({ nic: null, moreNics: [] })}
        />
      </Field>
      {fields.nic !== null && <MoreNics {...props} />}
    </>
  );
}
