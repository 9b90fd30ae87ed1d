import { Radio } from '@patternfly/react-core';
import type { NewNic } from '#model/guest-spec';
import { networkReach } from '#model/network-words';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { Field } from './field.tsx';
import { about, type StepProps } from './step-props.ts';

const same = (a: NewNic | null, b: NewNic): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What the guest's network card is plugged into, or no card. */
export function NetworkStep({ offer, draft, fields, objections, onEdit, onMend }: StepProps) {
  const bridges = offer.bridges.map((device): NewNic => ({ kind: 'bridge', device }));
  const choose = (nic: NewNic | null) => onEdit({ nic });
  return (
    <Field id="network" label="Network" role="radiogroup" isLabelHidden objections={about(objections, 'network')} onMend={onMend}>
      {offer.networks.map(({ name, active, forward }, i) => {
        const nic: NewNic = { kind: 'network', name };
        return (
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
            description={active ? networkReach[forward] : 'It has to be started on the host before a guest can use it.'}
            isChecked={same(fields.nic, nic)}
            onChange={() => choose(nic)}
          />
        );
      })}
      {bridges.map((nic, i) => (
        <Radio
          key={JSON.stringify(nic)}
          id={`bridge-${i}`}
          name="network"
          label={
            <>
              Bridge <ForeignText text={nic.kind === 'bridge' ? nic.device : ''} />
            </>
          }
          description="A bridge of the host: the guest is a machine of the network that it leads to."
          isChecked={same(fields.nic, nic)}
          onChange={() => choose(nic)}
        />
      ))}
      {offer.machine.type !== 'lxc' && draft.road !== 'pxe' && (
        <Radio
          id="user-network"
          name="network"
          label="The hypervisor’s own"
          description="The guest reaches the outside as a program of the host does; nobody reaches the guest. It needs no network of the host."
          isChecked={same(fields.nic, { kind: 'user' })}
          onChange={() => choose({ kind: 'user' })}
        />
      )}
      <Radio
        id="no-network"
        name="network"
        label="No network"
        description={draft.road === 'pxe' ? 'Without a network card there is nothing to start from.' : 'The guest gets no network card.'}
        isChecked={fields.nic === null}
        isDisabled={draft.road === 'pxe'}
        onChange={() => choose(null)}
      />
    </Field>
  );
}
