import { Alert, Checkbox, Radio } from '@patternfly/react-core';
import type { HostLink, NetworkSurroundings } from '#model/network';
import { type ForwardMode, MacvtapMode } from '#model/network-spec';
import { FormField } from '../../ui/form-field.tsx';
import { readableText } from '../../ui/foreign-text.tsx';
import { ChoiceField, type ProblemOf, TextField } from './form-parts.tsx';
import type { NetworkDraft } from './network-draft.ts';

const kinds: readonly { readonly mode: ForwardMode; readonly label: string; readonly description: string }[] = [
  {
    mode: 'nat',
    label: 'NAT',
    description: 'Guests reach everything that the host reaches, and hide behind its address. Works over Wi-Fi.',
  },
  { mode: 'route', label: 'Routed', description: 'Guests keep their own addresses; routers around must know the way to them.' },
  { mode: 'open', label: 'Open', description: 'Routed, and libvirt makes no firewall rules: you do.' },
  { mode: 'isolated', label: 'Isolated', description: 'Guests reach each other and the host, nothing else.' },
  { mode: 'bridge', label: 'Bridge of the host', description: 'Guests are on the host’s own network, as if plugged in beside it.' },
  {
    mode: 'macvtap',
    label: 'macvtap',
    description: 'The same straight on a card, without a bridge; host and guests do not reach each other.',
  },
  { mode: 'sriov', label: 'SR-IOV pool', description: 'Each guest gets a virtual function of a network card as a device of its own.' },
];

const submodes: Readonly<Record<MacvtapMode, string>> = {
  bridge: 'Bridge: guests on the card reach each other',
  vepa: 'VEPA: the switch outside passes packets between guests',
  private: 'Private: guests on the card do not reach each other',
  passthrough: 'Passthrough: one guest has the card for itself',
};

interface ForwardFieldsProps {
  readonly draft: NetworkDraft;
  readonly surroundings: NetworkSurroundings;
  /** It is there already. */
  readonly existing: boolean;
  readonly problemOf: ProblemOf;
  onEdit(change: Partial<NetworkDraft>): void;
}

/** Where the network reaches. */
export function ForwardFields({ draft, surroundings, existing, problemOf, onEdit }: ForwardFieldsProps) {
  // What another program made in a way that no form has is not made another.
  const offered = existing && draft.otherName !== '' ? [] : kinds;
  return (
    <>
      <FormField
        id="network-mode"
        label="Kind"
        role="radiogroup"
        {...(existing && {
          hint: 'Another kind counts from the network’s next start. Between libvirt’s own networks and the host’s, only the name, packets, bandwidth and port groups stay.',
        })}
      >
        <div className="gh-net-kinds">
          {offered.map(({ mode, label, description }) => (
            <Radio
              key={mode}
              id={`network-mode-${mode}`}
              name="network-mode"
              label={label}
              description={description}
              isChecked={draft.mode === mode}
              onChange={() => onEdit({ mode })}
            />
          ))}
        </div>
        {draft.mode === 'other' && <p>{`“${readableText(draft.otherName)}”, made by another program, which stays as it is.`}</p>}
      </FormField>
      <WaysOut draft={draft} links={surroundings.links} problemOf={problemOf} onEdit={onEdit} />
    </>
  );
}

interface WaysOutProps extends Pick<ForwardFieldsProps, 'draft' | 'problemOf' | 'onEdit'> {
  readonly links: readonly HostLink[];
}

function WaysOut({ draft, links, problemOf, onEdit }: WaysOutProps) {
  const option = ({ name, kind, up }: HostLink) => ({ value: name, label: `${readableText(name)}${notes(kind, up)}` });
  if (draft.mode === 'nat' || draft.mode === 'route') {
    const devices = links.filter(({ master }) => master === null).map(option);
    return (
      <>
        <ChoiceField
          field="forward.device"
          label="Way out"
          value={draft.device}
          options={[{ value: '', label: 'Any of the host’s interfaces' }, ...devices]}
          problemOf={problemOf}
          onChange={(device) => onEdit({ device })}
        />
        {draft.mode === 'nat' && draft.ipv6.on && (
          <Checkbox
            id="network-nat-ipv6"
            label="NAT for IPv6 too"
            description={problemOf('forward.ipv6')?.message}
            isChecked={draft.natIpv6}
            onChange={(_event, natIpv6) => onEdit({ natIpv6 })}
          />
        )}
      </>
    );
  }
  if (draft.mode === 'bridge') {
    return (
      <ChoiceField
        field="forward.bridge"
        label="Bridge"
        value={draft.hostBridge}
        options={links.filter(({ kind }) => kind === 'bridge').map(option)}
        hint="“Put guests on the LAN…”, on the page of all networks, makes one."
        problemOf={problemOf}
        onChange={(hostBridge) => onEdit({ hostBridge })}
      />
    );
  }
  if (draft.mode === 'macvtap') return <MacvtapFields draft={draft} links={links} problemOf={problemOf} onEdit={onEdit} />;
  if (draft.mode === 'sriov') {
    return (
      <ChoiceField
        field="forward.device"
        label="Network card"
        value={draft.card}
        options={links
          .filter(({ functionsMax }) => functionsMax > 0)
          .map((link) => ({ value: link.name, label: `${readableText(link.name)}, up to ${link.functionsMax} virtual functions` }))}
        hint="Only cards whose driver offers virtual functions are listed."
        problemOf={problemOf}
        onChange={(card) => onEdit({ card })}
      />
    );
  }
  return null;
}

function notes(kind: HostLink['kind'], up: boolean | null): string {
  const parts = [...(kind === 'wifi' ? ['Wi-Fi'] : kind === 'bridge' ? ['bridge'] : []), ...(up === false ? ['not connected'] : [])];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function MacvtapFields({ draft, links, problemOf, onEdit }: WaysOutProps) {
  const known = links.filter(({ kind, master }) => kind !== 'bridge' && master === null).map(({ name }) => name);
  const all = [...known, ...draft.devices.filter((device) => !known.includes(device))];
  const problems = draft.devices.flatMap((_, index) => problemOf(`forward.devices.${index}`) ?? []);
  const whole = problemOf('forward.devices');
  return (
    <>
      <FormField id="network-forward-devices" label="Cards" role="group" {...(whole !== undefined && { problem: whole.message })}>
        {all.length === 0 && <p className="gh-subtle">The host tells of no network card.</p>}
        {all.map((name) => (
          <Checkbox
            key={name}
            id={`network-device-${name}`}
            label={readableText(name)}
            isValid={whole === undefined}
            isChecked={draft.devices.includes(name)}
            onChange={(_event, checked) =>
              onEdit({ devices: checked ? [...draft.devices, name] : draft.devices.filter((device) => device !== name) })
            }
          />
        ))}
        {problems.map(({ message }) => (
          <Alert key={message} variant="warning" component="p" isInline isPlain title={message} />
        ))}
      </FormField>
      <ChoiceField
        field="forward.submode"
        label="Between guests"
        value={draft.submode}
        options={MacvtapMode.options.map((mode) => ({ value: mode, label: submodes[mode] }))}
        problemOf={problemOf}
        onChange={(chosen) => onEdit({ submode: MacvtapMode.safeParse(chosen).data ?? 'bridge' })}
      />
    </>
  );
}

/** Which source ports guests' connections get; few people ever need it. */
export function PortFields({ draft, problemOf, onEdit }: Pick<ForwardFieldsProps, 'draft' | 'problemOf' | 'onEdit'>) {
  return (
    <div className="gh-net-pair">
      <TextField
        field="forward.ports.start"
        label="First NAT port"
        value={draft.ports.start}
        placeholder="1024"
        narrow
        problemOf={problemOf}
        onChange={(start) => onEdit({ ports: { ...draft.ports, start } })}
      />
      <TextField
        field="forward.ports.end"
        label="Last NAT port"
        value={draft.ports.end}
        placeholder="65535"
        narrow
        problemOf={problemOf}
        onChange={(end) => onEdit({ ports: { ...draft.ports, end } })}
      />
    </div>
  );
}
