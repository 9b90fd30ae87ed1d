import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useState } from 'react';
import type { HostId } from '#model/host';
import { type FirewallBackend, forwardLines, usualBackend } from '#model/port-forward';
import { useHost } from '../../data/queries.ts';
import { CommandLines } from './command-lines.tsx';
import { LentAddressNotice, type LentAddress } from './lent-address-notice.tsx';
import { ChoiceField, type ProblemOf, TextField } from './form-parts.tsx';

export interface ForwardPortDialogProps {
  readonly host: HostId;
  /** Both as `forwardable` lets them through: they stand in commands. */
  readonly address: string;
  readonly bridge: string;
  /** Null: the address is the guest's own. */
  readonly lent: LentAddress | null;
  onClose(): void;
}

/** Lets others reach a guest behind NAT: libvirt has no setting for that, and no firewall is changed from here. */
export function ForwardPortDialog({ host, address, bridge, lent, onClose }: ForwardPortDialogProps) {
  const connected = useHost(host);
  const version = connected?.state.kind === 'connected' ? connected.state.facts.daemonVersion : null;
  const [protocol, setProtocol] = useState<'tcp' | 'udp'>('tcp');
  const [backend, setBackend] = useState<FirewallBackend>(() => usualBackend(version));
  const [ports, setPorts] = useState({ host: '', guest: '' });
  const [hostPort, guestPort] = [portIn(ports.host), portIn(ports.guest)];
  const problemOf: ProblemOf = (field) => {
    const text = field === 'forward.host' ? ports.host : field === 'forward.guest' ? ports.guest : '';
    return text === '' || portIn(text) !== null ? undefined : { message: 'A port is a number from 1 to 65535.', isError: true };
  };
  const lines = hostPort === null || guestPort === null ? null : forwardLines({ protocol, hostPort, address, guestPort, bridge }, backend);
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="forward-port-title">
      <ModalHeader
        title={`Forward a port to ${address}`}
        labelId="forward-port-title"
        description="Behind NAT a guest reaches out, and nobody reaches in. With these lines, a port of the host leads to it."
      />
      <ModalBody>
        {lent !== null && <LentAddressNotice host={host} lent={lent} />}
        <Form onSubmit={(event) => event.preventDefault()}>
          <ChoiceField
            field="forward.protocol"
            label="Protocol"
            value={protocol}
            options={protocols}
            problemOf={problemOf}
            onChange={(value) => setProtocol(value === 'udp' ? 'udp' : 'tcp')}
          />
          <TextField
            field="forward.host"
            label="Port of the host"
            value={ports.host}
            placeholder="8080"
            narrow
            hint="Others connect to this one; one that no program of the host uses."
            problemOf={problemOf}
            onChange={(text) => setPorts({ ...ports, host: text.trim() })}
          />
          <TextField
            field="forward.guest"
            label="Port of the guest"
            value={ports.guest}
            placeholder="80"
            narrow
            problemOf={problemOf}
            onChange={(text) => setPorts({ ...ports, guest: text.trim() })}
          />
          <ChoiceField
            field="forward.firewall"
            label="Firewall of libvirt"
            value={backend}
            options={backends}
            hint="Which of them the host’s libvirt writes its own rules with; proposed by its version."
            problemOf={problemOf}
            onChange={(value) => setBackend(value === 'iptables' ? 'iptables' : 'nftables')}
          />
        </Form>
        <div aria-live="polite" className="gh-net-lines">
          {lines !== null && (
            <>
              <p>In a terminal of the host:</p>
              <CommandLines text={lines.make} label="Copy the commands that forward the port" />
              <p>To take it back:</p>
              <CommandLines text={lines.undo} label="Copy the commands that take it back" />
              <p className="gh-subtle">They hold until the host, or this network, is started anew.</p>
            </>
          )}
        </div>
      </ModalBody>
      <ModalFooter>
        <Button variant="secondary" onClick={onClose}>
          Close
        </Button>
      </ModalFooter>
    </Modal>
  );
}

const protocols = [
  { value: 'tcp', label: 'TCP' },
  { value: 'udp', label: 'UDP' },
];
const backends = [
  { value: 'nftables', label: 'nftables (libvirt 10.4 and later)' },
  { value: 'iptables', label: 'iptables' },
];

function portIn(text: string): number | null {
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535 ? port : null;
}
