import { Checkbox } from '@patternfly/react-core';
import { useState } from 'react';
import { usualRange } from '#model/network-suggestion';
import type { IpFamily } from '#model/network-spec';
import { type ProblemOf, RowsField, TextField } from './form-parts.tsx';
import type { AddressesDraft } from './network-draft.ts';

interface AddressesFieldsProps {
  readonly family: IpFamily;
  readonly addresses: AddressesDraft;
  readonly problemOf: ProblemOf;
  onEdit(addresses: AddressesDraft): void;
}

const words = {
  ipv4: {
    name: 'IPv4',
    subnet: '192.168.100.0/24',
    start: '192.168.100.2',
    end: '192.168.100.254',
    client: 'MAC address',
    example: '52:54:00:12:34:56',
  },
  ipv6: {
    name: 'IPv6',
    subnet: 'fd00:1:2:3::/64',
    start: 'fd00:1:2:3::100',
    end: 'fd00:1:2:3::1ff',
    client: 'DUID',
    example: '0:3:0:1:52:54:0:12:34:56',
  },
} as const;

function isUsual({ subnet, ranges }: AddressesDraft): boolean {
  const usual = usualRange(subnet);
  return ranges.length === 1 && ranges[0]?.start === usual?.start && ranges[0]?.end === usual?.end;
}

/** Addresses of one family: its subnet, and what its DHCP server lends. */
export function AddressesFields({ family, addresses, problemOf, onEdit }: AddressesFieldsProps) {
  const { name, subnet, start, end, client, example } = words[family];
  const { on, dhcp, ranges, leases } = addresses;
  // A range that nobody has written follows the subnet.
  const [follows, setFollows] = useState(() => isUsual(addresses));
  const edit = (change: Partial<AddressesDraft>) => onEdit({ ...addresses, ...change });
  const move = (text: string) => {
    const range = follows && dhcp ? usualRange(text) : null;
    edit({ subnet: text, ...(range !== null && { ranges: [range] }) });
  };
  const withDhcp = () => {
    const range = ranges.length === 0 && leases.length === 0 ? usualRange(addresses.subnet) : null;
    edit({ dhcp: true, ...(range !== null && { ranges: [range] }) });
  };
  return (
    <fieldset className="gh-net-part">
      <legend className="pf-v6-screen-reader">{name}</legend>
      <Checkbox id={`network-${family}-on`} label={name} isChecked={on} onChange={(_event, checked) => edit({ on: checked })} />
      {on && (
        <div className="gh-net-part__body">
          <TextField
            field={`${family}.subnet`}
            label={`${name} subnet`}
            value={addresses.subnet}
            placeholder={subnet}
            hint={
              family === 'ipv4'
                ? 'The host gets the first address of it, or the one that is written here.'
                : 'Guests find addresses by themselves with a prefix of 64.'
            }
            problemOf={problemOf}
            onChange={move}
          />
          <Checkbox
            id={`network-${family}-dhcp`}
            label={`Lend addresses by DHCP${family === 'ipv6' ? 'v6' : ''}`}
            isChecked={dhcp}
            onChange={(_event, checked) => (checked ? withDhcp() : edit({ dhcp: false }))}
          />
          {dhcp && (
            <>
              <RowsField
                field={`${family}.ranges`}
                label={`${name} ranges`}
                one={`${name} range`}
                rows={ranges}
                empty={{ start: '', end: '' }}
                columns={[
                  { key: 'start', label: 'First address', placeholder: start },
                  { key: 'end', label: 'Last address', placeholder: end },
                ]}
                problemOf={problemOf}
                onChange={(rows) => {
                  setFollows(false);
                  edit({ ranges: rows });
                }}
              />
              <RowsField
                field={`${family}.leases`}
                label={`Fixed ${name} addresses`}
                one={`fixed ${name} address`}
                rows={leases}
                empty={{ client: '', name: '', ip: '' }}
                columns={[
                  { key: 'client', label: client, placeholder: example },
                  { key: 'name', label: 'Name', placeholder: 'Name (optional)' },
                  { key: 'ip', label: 'Address', placeholder: start },
                ]}
                hint="A guest always gets the address that is noted for its card."
                problemOf={problemOf}
                onChange={(rows) => edit({ leases: rows })}
              />
            </>
          )}
        </div>
      )}
    </fieldset>
  );
}
