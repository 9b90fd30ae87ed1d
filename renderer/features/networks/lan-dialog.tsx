import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Fault } from '#model/fault';
import type { HostId } from '#model/host';
import type { LanChange, LanTrialState } from '#model/lan-bridge';
import { api } from '../../api.ts';
import { changePermission } from '../../data/change-permission.ts';
import { faultOf } from '../../data/fault-of.ts';
import { isUnderWay, readLanAnew, useLan, useLanTrial } from '../../data/lan.ts';
import { paths } from '../../data/paths.ts';
import { useHost } from '../../data/queries.ts';
import { useReadFault } from '../../data/read-fault.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { readableText } from '../../ui/foreign-text.tsx';
import { Unread } from '../../ui/unread.tsx';
import { LanForm } from './lan-form.tsx';
import { LanTrialView } from './lan-trial-view.tsx';
import { LanWays } from './lan-ways.tsx';
import { ActionButton } from './network-tools.tsx';

const FORM = 'lan-form';

/** Leads to the dialog; which is there by itself while something waits for a decision. */
export function LanAction({ host }: { readonly host: HostId }) {
  const [open, setOpen] = useState(false);
  const trial = useLanTrial(host).data ?? { kind: 'none' as const };
  const shown = open || isUnderWay(trial.kind);
  // What came of one that began while the dialog was open stays to be read.
  const [seen, setSeen] = useState(false);
  if (isUnderWay(trial.kind) && (!seen || !open)) {
    setSeen(true);
    setOpen(true);
  }
  const close = () => {
    setOpen(false);
    setSeen(false);
    readLanAnew(host);
  };
  return (
    <>
      <ActionButton permission={changePermission(useHost(host))} onClick={() => setOpen(true)}>
        Put guests on the LAN…
      </ActionButton>
      {shown && <LanDialog host={host} trial={seen ? trial : { kind: 'none' }} onAgain={() => setSeen(false)} onClose={close} />}
    </>
  );
}

interface LanDialogProps {
  readonly host: HostId;
  readonly trial: LanTrialState;
  onAgain(): void;
  onClose(): void;
}

function LanDialog({ host, trial, onAgain, onClose }: LanDialogProps) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const attempt = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setFault(null);
    try {
      await work();
    } catch (error) {
      setFault(faultOf(error));
    }
    setBusy(false);
    readLanAnew(host);
  };
  const wish = (change: LanChange) => void attempt(() => api.networks.changeLan({ host, change }));
  const settle = (keep: boolean) => void attempt(() => api.networks.settleLan({ host, keep }));
  const underWay = isUnderWay(trial.kind);
  return (
    <Modal variant="medium" isOpen aria-labelledby="lan-title" {...(!underWay && { onClose })}>
      <ModalHeader
        title="Put guests on the LAN"
        labelId="lan-title"
        description="By a bridge, guests are on the same network as the host: others reach them there, and they get addresses from there."
      />
      <ModalBody>
        {fault !== null && <FaultAlert fault={fault} />}
        {trial.kind === 'none' ? <Choices host={host} isBusy={busy} onWish={wish} /> : <LanTrialView trial={trial} />}
      </ModalBody>
      <Buttons host={host} trial={trial} isBusy={busy} onSettle={settle} onAgain={onAgain} onClose={onClose} />
    </Modal>
  );
}

function Choices({ host, isBusy, onWish }: { readonly host: HostId; readonly isBusy: boolean; onWish(change: LanChange): void }) {
  const lan = useLan(host);
  const problem = useReadFault(host, lan.error);
  if (lan.data === undefined) {
    return <Unread {...problem} label="Reading the host’s network" onRetry={() => void lan.refetch()} />;
  }
  if (lan.data === null) {
    return (
      <>
        <p>
          Over this connection only libvirt is reached, not the host’s own network. Connect to the host over ssh, or make the bridge there.
        </p>
        <LanWays list={['by-hand', 'macvtap', 'routed', 'nat']} />
      </>
    );
  }
  if (lan.data.kind === 'unable') {
    return (
      <>
        <p>{readableText(lan.data.obstacle.why)}</p>
        <LanWays list={lan.data.obstacle.ways} />
      </>
    );
  }
  return <LanForm id={FORM} outlook={lan.data} isBusy={isBusy} onWish={onWish} />;
}

interface ButtonsProps extends LanDialogProps {
  readonly isBusy: boolean;
  onSettle(keep: boolean): void;
}

function Buttons({ host, trial, isBusy, onSettle, onAgain, onClose }: ButtonsProps) {
  const [, navigate] = useLocation();
  const outlook = useLan(host).data;
  const canMake = outlook?.kind === 'ready' && outlook.links.some(({ obstacle }) => obstacle === null);
  switch (trial.kind) {
    case 'none':
      return (
        <ModalFooter>
          {canMake && (
            <Button type="submit" form={FORM} variant="primary" isDisabled={isBusy} isLoading={isBusy}>
              Make the bridge…
            </Button>
          )}
          {!canMake && outlook !== undefined && (
            <Button variant="primary" onClick={() => navigate(paths.newNetwork(host))}>
              Create another network
            </Button>
          )}
          <Button variant="link" onClick={onClose}>
            Cancel
          </Button>
        </ModalFooter>
      );
    case 'working':
    case 'settling':
      return null;
    case 'deciding':
      return (
        <ModalFooter>
          <Button variant="primary" isDisabled={isBusy} onClick={() => onSettle(true)}>
            Keep it
          </Button>
          <Button variant="secondary" isDisabled={isBusy} onClick={() => onSettle(false)}>
            Go back
          </Button>
        </ModalFooter>
      );
    case 'kept':
    case 'back':
    case 'failed':
      break;
  }
  return (
    <ModalFooter>
      {trial.kind === 'kept' && trial.change.kind === 'make' && (
        <Button variant="primary" onClick={() => navigate(paths.newNetwork(host, trial.change.bridge))}>
          Make a network of it
        </Button>
      )}
      {trial.kind !== 'kept' && (
        <Button variant="secondary" onClick={onAgain}>
          Look again
        </Button>
      )}
      <Button variant="link" onClick={onClose}>
        Close
      </Button>
    </ModalFooter>
  );
}
