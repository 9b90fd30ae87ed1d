import { Checkbox } from '@patternfly/react-core';
import { hasOwnBridge } from '#model/network-spec';
import { PortFields } from './forward-fields.tsx';
import { ChoiceField, type ProblemOf, RowsField, TextField } from './form-parts.tsx';
import { readableText } from '../../ui/foreign-text.tsx';
import type { BandwidthDraft, NetworkDraft } from './network-draft.ts';

interface MoreFieldsProps {
  readonly draft: NetworkDraft;
  readonly problemOf: ProblemOf;
  onEdit(change: Partial<NetworkDraft>): void;
}

/** Names, the bridge, the size of packets and how much may pass. */
export function MoreFields({ draft, problemOf, onEdit }: MoreFieldsProps) {
  return (
    <>
      {hasOwnBridge(draft.mode) && <NameFields draft={draft} problemOf={problemOf} onEdit={onEdit} />}
      {draft.mode === 'nat' && <PortFields draft={draft} problemOf={problemOf} onEdit={onEdit} />}
      <div className="gh-net-pair">
        {hasOwnBridge(draft.mode) && (
          <TextField
            field="bridge"
            label="Name of the bridge"
            value={draft.bridge}
            placeholder="libvirt finds one"
            narrow
            problemOf={problemOf}
            onChange={(bridge) => onEdit({ bridge })}
          />
        )}
        <TextField
          field="mtu"
          label="Largest packet (MTU), bytes"
          value={draft.mtu}
          placeholder="1500"
          narrow
          problemOf={problemOf}
          onChange={(mtu) => onEdit({ mtu })}
        />
      </div>
      <BandwidthFields
        field="inbound"
        label="Into the network"
        bandwidth={draft.inbound}
        problemOf={problemOf}
        onEdit={(inbound) => onEdit({ inbound })}
      />
      <BandwidthFields
        field="outbound"
        label="Out of the network"
        bandwidth={draft.outbound}
        problemOf={problemOf}
        onEdit={(outbound) => onEdit({ outbound })}
      />
      <PortGroupFields draft={draft} problemOf={problemOf} onEdit={onEdit} />
    </>
  );
}

function PortGroupFields({ draft, problemOf, onEdit }: MoreFieldsProps) {
  const { portGroups, usualGroup } = draft;
  const names = portGroups.map(({ name }) => name.trim()).filter((name) => name !== '');
  return (
    <>
      <RowsField
        field="portGroups"
        label="Port groups"
        one="port group"
        rows={portGroups}
        empty={{ name: '', vlans: '' }}
        columns={[
          { key: 'name', label: 'Name', placeholder: 'engineering' },
          { key: 'vlans', label: 'VLAN tags', placeholder: 'no VLAN' },
        ]}
        hint="Kinds of port that guests’ cards choose by their names. Tags need Open vSwitch or SR-IOV."
        problemOf={problemOf}
        onChange={(groups) =>
          // The usual one follows while its name is typed anew.
          onEdit({ portGroups: groups, usualGroup: renamed(portGroups, groups, usualGroup) })
        }
      />
      {names.length > 0 && (
        <ChoiceField
          field="usualGroup"
          label="Where a card names none"
          value={usualGroup}
          options={[{ value: '', label: 'No port group' }, ...names.map((name) => ({ value: name, label: readableText(name) }))]}
          problemOf={problemOf}
          onChange={(chosen) => onEdit({ usualGroup: chosen })}
        />
      )}
    </>
  );
}

function renamed(before: NetworkDraft['portGroups'], after: NetworkDraft['portGroups'], usual: string): string {
  const at = before.findIndex(({ name }) => name.trim() === usual);
  if (at < 0 || after.some(({ name }) => name.trim() === usual)) return usual;
  return before.length === after.length ? (after[at]?.name.trim() ?? '') : '';
}

function NameFields({ draft, problemOf, onEdit }: MoreFieldsProps) {
  return (
    <>
      <TextField
        field="domain"
        label="DNS domain"
        value={draft.domain}
        placeholder="lab.example"
        hint="Guests are found by their name in it."
        problemOf={problemOf}
        onChange={(domain) => onEdit({ domain })}
      />
      {draft.domain !== '' && (
        <Checkbox
          id="network-domain-local"
          label="Ask no other name server for names of this domain"
          isChecked={draft.domainLocalOnly}
          onChange={(_event, domainLocalOnly) => onEdit({ domainLocalOnly })}
        />
      )}
      <RowsField
        field="dnsHosts"
        label="Names of its own"
        one="name"
        rows={draft.dnsHosts}
        empty={{ ip: '', names: '' }}
        columns={[
          { key: 'ip', label: 'Address', placeholder: '192.168.100.5' },
          { key: 'names', label: 'Names', placeholder: 'printer printer.lab.example' },
        ]}
        hint="What guests who ask for these names are told."
        problemOf={problemOf}
        onChange={(dnsHosts) => onEdit({ dnsHosts })}
      />
      <RowsField
        field="forwarders"
        label="Name servers"
        one="name server"
        rows={draft.forwarders}
        empty={{ address: '', domain: '' }}
        columns={[
          { key: 'address', label: 'Address', placeholder: '192.0.2.53' },
          { key: 'domain', label: 'Domain', placeholder: 'of all domains' },
        ]}
        hint="Who is asked for all other names; without any, those that the host asks."
        problemOf={problemOf}
        onChange={(forwarders) => onEdit({ forwarders })}
      />
    </>
  );
}

interface BandwidthFieldsProps {
  readonly field: 'inbound' | 'outbound';
  readonly label: string;
  readonly bandwidth: BandwidthDraft;
  readonly problemOf: ProblemOf;
  onEdit(bandwidth: BandwidthDraft): void;
}

function BandwidthFields({ field, label, bandwidth, problemOf, onEdit }: BandwidthFieldsProps) {
  const part = (key: keyof BandwidthDraft, words: string) => (
    <TextField
      field={`${field}.${key}`}
      label={`${label}: ${words}`}
      value={bandwidth[key]}
      placeholder="No limit"
      narrow
      problemOf={problemOf}
      onChange={(text) => onEdit({ ...bandwidth, [key]: text })}
    />
  );
  return (
    <div className="gh-net-triple">
      {part('average', 'average, KiB/s')}
      {part('peak', 'peak, KiB/s')}
      {part('burst', 'burst, KiB')}
    </div>
  );
}
