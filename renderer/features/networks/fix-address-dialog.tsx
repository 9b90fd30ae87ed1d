import { Alert, Button, Form, Modal, ModalBody, ModalFooter, ModalHeader, Spinner } from '@patternfly/react-core';
import { useState } from 'react';
import type { Fault } from '#model/fault';
import type { HostId } from '#model/host';
import type { DhcpLease, NetworkDetails, NetworkId, NetworkSurroundings } from '#model/network';
import { planNetworkChange } from '#model/network-change';
import { networkProblems } from '#model/network-problems';
import type { StaticLease } from '#model/network-spec';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { readNetworksAnew, useNetwork, useSurroundings, withFixed } from '../../data/networks.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { type ProblemOf, TextField } from './form-parts.tsx';
import { stepWords } from './step-words.ts';

interface FixAddressDialogProps {
  readonly host: HostId;
  readonly network: NetworkId;
  /** The lease to begin with; null: an empty form. */
  readonly lease: DhcpLease | null;
  onClose(): void;
}

/** Notes which IPv4 address a guest's card always gets. */
export function FixAddressDialog({ host, network, lease, onClose }: FixAddressDialogProps) {
  const details = useNetwork(host, network).data;
  const surroundings = useSurroundings(host).data;
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="fix-address-title">
      <ModalHeader title="Fixed address" labelId="fix-address-title" description="A guest’s card gets this address whenever it asks." />
      {details === undefined || surroundings === undefined ? (
        <ModalBody>
          <Spinner aria-label="Reading the network" />
        </ModalBody>
      ) : (
        <FixForm host={host} details={details} surroundings={surroundings} lease={lease} onClose={onClose} />
      )}
    </Modal>
  );
}

interface FixFormProps extends Omit<FixAddressDialogProps, 'network'> {
  readonly details: NetworkDetails;
  readonly surroundings: NetworkSurroundings;
}

function FixForm({ host, details, surroundings, lease, onClose }: FixFormProps) {
  // As it was when the dialog opened: what somebody else changes meanwhile is not overwritten.
  const [from] = useState(details);
  const [entry, setEntry] = useState<StaticLease>({ client: lease?.mac ?? '', name: lease?.hostname ?? '', ip: lease?.ip ?? '' });
  const [pressed, setPressed] = useState(false);
  const [running, setRunning] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const to = withFixed(from.spec, entry);
  const field = `ipv4.leases.${(to.ipv4?.leases.length ?? 1) - 1}`;
  const problems = networkProblems(to, { surroundings, self: from.network }).filter((problem) => problem.severity === 'error');
  const problemOf: ProblemOf = (name) => {
    const key = name.replace('entry.', '');
    const found = problems.find((problem) => problem.field === `${field}.${key}`);
    const isEmpty = new Map(Object.entries(entry)).get(key) === '';
    return found === undefined || (isEmpty && !pressed) ? undefined : { message: found.message, isError: true };
  };
  const { now, later } = planNetworkChange(from.spec, to, from.running);
  const save = async () => {
    setPressed(true);
    if (problems.length > 0 || running) return;
    setRunning(true);
    setFault(null);
    try {
      await api.networks.change({ host, network: from.network.id, from: from.spec, to });
      readNetworksAnew(host);
      onClose();
    } catch (error) {
      setFault(faultOf(error));
      setRunning(false);
    }
  };
  const input = (key: keyof StaticLease, label: string, placeholder: string) => (
    <TextField
      field={`entry.${key}`}
      label={label}
      value={entry[key]}
      placeholder={placeholder}
      problemOf={problemOf}
      onChange={(text) => setEntry({ ...entry, [key]: text.trim() })}
    />
  );
  return (
    <>
      <ModalBody>
        {fault !== null && <FaultAlert fault={fault} />}
        <Form
          id="fix-address"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          {input('client', 'MAC address', '52:54:00:12:34:56')}
          {input('ip', 'IPv4 address', from.spec.ipv4?.ranges[0]?.start ?? '192.168.122.2')}
          {input('name', 'Name (optional)', 'web')}
          {problems.length === 0 && (
            <div aria-live="polite">
              {now.length > 0 && (
                <Alert
                  variant="info"
                  component="p"
                  isInline
                  isPlain
                  title={`At once: ${stepWords(now)}. Guests get it when they ask anew.`}
                />
              )}
              {later.length > 0 && (
                <Alert variant="info" component="p" isInline isPlain title={`With the network’s next start: ${later.join(', ')}`} />
              )}
            </div>
          )}
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button type="submit" form="fix-address" variant="primary" isDisabled={running} isLoading={running}>
          Save
        </Button>
        <Button variant="link" onClick={onClose}>
          Cancel
        </Button>
      </ModalFooter>
    </>
  );
}
