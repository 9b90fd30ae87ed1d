import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import type { HostId } from '#model/host';
import type { DhcpLease, Network } from '#model/network';
import type { NetworkSpec } from '#model/network-spec';
import { forwardable } from '#model/port-forward';
import { changePermission } from '../../data/change-permission.ts';
import { removeFixed, useLeases } from '../../data/networks.ts';
import { useHost } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { formatClock } from '../../ui/clock.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { OldNote } from '../../ui/old-note.tsx';
import { Unread } from '../../ui/unread.tsx';
import { ActionButton } from './network-tools.tsx';
import { FixAddressDialog } from './fix-address-dialog.tsx';
import { ForwardPortDialog } from './forward-port-dialog.tsx';

interface LeasesPartProps {
  readonly host: HostId;
  readonly network: Network;
  readonly spec: NetworkSpec;
}

/** Addresses that are lent now, and those that are noted for ever. */
export function LeasesPart({ host, network, spec }: LeasesPartProps) {
  const leases = useLeases(host, network.id, network.active);
  const problem = useReadFault(host, leases.error);
  const [fixing, setFixing] = useState<DhcpLease | 'new' | null>(null);
  const [forwarding, setForwarding] = useState<{ readonly ip: string; readonly mac: string | null } | null>(null);
  const fixed = [...(spec.ipv4?.leases ?? []), ...(spec.ipv6?.leases ?? [])];
  const serves = spec.ipv4?.dhcp === true || spec.ipv6?.dhcp === true;
  const permission = changePermission(useHost(host));
  const isFixed = (mac: string | null) => fixed.some(({ client }) => client !== '' && client.toLowerCase() === mac?.toLowerCase());
  /** `mac`: of the card that it is lent to; null: it is fixed. */
  const forward = (ip: string, mac: string | null) =>
    spec.forward.mode === 'nat' &&
    forwardable(network.bridge, ip) !== null && (
      <Button variant="link" isInline onClick={() => setForwarding({ ip, mac })} aria-label={`Forward a port to ${ip}…`}>
        Forward…
      </Button>
    );
  const target = forwarding === null ? null : forwardable(network.bridge, forwarding.ip);
  const lent = forwarding === null || forwarding.mac === null ? null : { network: network.id, mac: forwarding.mac, ip: forwarding.ip };
  return (
    <>
      <section className="gh-part">
        <h2>Lent now</h2>
        {network.active && leases.data !== undefined && (
          <OldNote fault={problem.fault} readAt={leases.dataUpdatedAt} onRetry={() => void leases.refetch()} />
        )}
        {!network.active ? (
          <p className="gh-subtle">Addresses are lent while the network is active.</p>
        ) : leases.data === undefined ? (
          <Unread {...problem} label="Reading what is lent" onRetry={() => void leases.refetch()} />
        ) : leases.data.length === 0 ? (
          <p className="gh-subtle">{serves ? 'No address is lent now.' : 'The network lends no addresses: DHCP is off.'}</p>
        ) : (
          <table className="gh-small-table" aria-label="Addresses lent now">
            <thead>
              <tr>
                <th scope="col">Address</th>
                <th scope="col">Name</th>
                <th scope="col">MAC address</th>
                <th scope="col">Until</th>
                <th scope="col">
                  <span className="pf-v6-screen-reader">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {leases.data.map((lease) => (
                <tr key={`${lease.ip} ${lease.mac}`}>
                  <th scope="row" className="gh-number">
                    <ForeignText text={lease.ip} />
                  </th>
                  <td>{lease.hostname === null ? '–' : <ForeignText text={lease.hostname} />}</td>
                  <td className="gh-number">{lease.mac === null ? '–' : <ForeignText text={lease.mac} />}</td>
                  <td className="gh-number">{lease.expiresAt === null ? 'for ever' : formatClock(lease.expiresAt)}</td>
                  <td className="gh-net-menu">
                    {isFixed(lease.mac) ? (
                      <span className="gh-subtle">fixed</span>
                    ) : (
                      <>
                        {lease.mac !== null && forward(lease.ip, lease.mac)}{' '}
                        {permission.allowed && (
                          <Button variant="link" isInline onClick={() => setFixing(lease)} aria-label={`Fix ${lease.ip}…`}>
                            Fix…
                          </Button>
                        )}
                      </>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <section className="gh-part">
        <div className="gh-part__line">
          <h2>Fixed addresses</h2>
          <span className="gh-part__end">
            {spec.ipv4 !== null && (
              <ActionButton permission={permission} onClick={() => setFixing('new')}>
                Add fixed address…
              </ActionButton>
            )}
          </span>
        </div>
        {fixed.length === 0 ? (
          <p className="gh-subtle">
            No guest has a fixed address.
            {spec.forward.mode === 'nat' && ' Forwarding a port of the host to a lent one offers to fix it first.'}
          </p>
        ) : (
          <table className="gh-small-table" aria-label="Fixed addresses">
            <thead>
              <tr>
                <th scope="col">Address</th>
                <th scope="col">Name</th>
                <th scope="col">MAC address or DUID</th>
                <th scope="col">
                  <span className="pf-v6-screen-reader">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {fixed.map(({ ip, name, client }) => (
                <tr key={`${ip} ${client} ${name}`}>
                  <th scope="row" className="gh-number">
                    <ForeignText text={ip} />
                  </th>
                  <td>{name === '' ? '–' : <ForeignText text={name} />}</td>
                  <td className="gh-number">{client === '' ? '–' : <ForeignText text={client} />}</td>
                  <td className="gh-net-menu">
                    {forward(ip, null)}
                    {permission.allowed && (
                      <Button variant="link" isInline aria-label={`Remove ${ip}`} onClick={() => void removeFixed(host, network, ip)}>
                        Remove
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      {target !== null && <ForwardPortDialog host={host} {...target} lent={lent} onClose={() => setForwarding(null)} />}
      {fixing !== null && (
        <FixAddressDialog host={host} network={network.id} lease={fixing === 'new' ? null : fixing} onClose={() => setFixing(null)} />
      )}
    </>
  );
}
