import { Radio } from '@patternfly/react-core';
import type { Network } from '#model/network';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { Field } from './field.tsx';
import { about, type StepProps } from './step-props.ts';

export const networkKinds: Readonly<Record<Network['forward'], string>> = {
  nat: 'NAT: the guest reaches the outside through the host, not the other way round',
  route: 'Routed through the host',
  open: 'Routed through the host, without a firewall',
  bridge: 'Bridged: the guest is a machine of the local network',
  isolated: 'Isolated: the guests of this network reach only each other',
  other: 'Of another kind',
};

/** The network that the guest's card is plugged into, or no card. */
export function NetworkStep({ offer, fields, objections, onEdit }: StepProps) {
  return (
    <Field id="network" label="Network" role="radiogroup" isLabelHidden objections={about(objections, 'network')}>
      {offer.networks.map(({ name, active, forward }, i) => (
        <Radio
          key={name}
          id={i === 0 ? 'network' : `network-${i}`}
          name="network"
          label={
            <>
              <ForeignText text={name} />
              {!active && ' (not active)'}
            </>
          }
          description={active ? networkKinds[forward] : 'It has to be started on the host before a guest can use it.'}
          isChecked={fields.network === name}
          onChange={() => onEdit({ network: name })}
        />
      ))}
      <Radio
        id="no-network"
        name="network"
        label="No network"
        description="The guest gets no network card."
        isChecked={fields.network === null}
        onChange={() => onEdit({ network: null })}
      />
    </Field>
  );
}
