import { Alert, AlertActionLink, Switch } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import type { AgentChannel, ClipboardWays } from '#model/clipboard';
import type { Fault } from '#model/fault';
import { onlyLook } from '#model/guest-action';
import type { GuestRef } from '#model/guest';
import { api } from '../../../api.ts';
import { faultOf } from '../../../data/fault-of.ts';
import { invalidate } from '../../../data/invalidate.ts';
import { guestKeys } from '../../../data/keys.ts';
import { FaultAlert } from '../../../ui/fault-alert.tsx';
import type { ClipboardLight } from './clipboard-light.ts';

interface ClipboardPanelProps {
  readonly guest: GuestRef;
  readonly console: string;
  /** The host may only be looked at. */
  readonly look: boolean;
  readonly ways: ClipboardWays;
  readonly light: ClipboardLight;
  readonly channel: AgentChannel | undefined;
}

/** Switches each way, and says what is missing for it, with what to do. */
export function ClipboardPanel({ guest, console, look, ways, light, channel }: ClipboardPanelProps) {
  const id = useId();
  const client = useQueryClient();
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);

  const during = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setFault(null);
    try {
      await work();
    } catch (error) {
      const failure = faultOf(error);
      if (failure.code !== 'cancelled') setFault(failure);
    } finally {
      setBusy(false);
    }
  };
  const allow = (change: Partial<ClipboardWays>): void => void during(() => api.clipboard.allow({ guest, ways: { ...ways, ...change } }));

  const add = (): void => {
    // Of a change of the next start alone hosts do not tell.
    void during(() => api.clipboard.addChannel({ guest, console })).then(() => invalidate(client, guestKeys.one(guest)));
  };

  return (
    <div className="gh-clipboard-panel">
      <p>Text only, and only while this screen has the keyboard.</p>
      <Switch
        id={`${id}-to`}
        label="From this computer to the guest"
        isChecked={ways.toGuest}
        isDisabled={busy || look}
        onChange={(_event, toGuest) => allow({ toGuest })}
      />
      <Switch
        id={`${id}-from`}
        label="From the guest to this computer"
        isChecked={ways.fromGuest}
        isDisabled={busy}
        onChange={(_event, fromGuest) => allow({ fromGuest })}
      />
      {look && <p>{onlyLook}.</p>}
      {!look && <Missing light={light} channel={channel} busy={busy} onAdd={add} />}
      {fault !== null && <FaultAlert fault={fault} />}
    </div>
  );
}

interface MissingProps {
  readonly light: ClipboardLight;
  readonly channel: AgentChannel | undefined;
  readonly busy: boolean;
  readonly onAdd: () => void;
}

/** Which side is missing. The channel is told of also before anything is allowed: without it, nothing would work. */
function Missing({ light, channel, busy, onAdd }: MissingProps) {
  switch (channel?.kind) {
    case 'missing':
      return (
        <Note
          title="The guest has no channel for its agent"
          action={
            <AlertActionLink isDisabled={busy} onClick={onAdd}>
              Add the channel
            </AlertActionLink>
          }
        >
          {channel.addable === 'now'
            ? 'It can be added while the guest runs.'
            : 'It can be added to the guest’s definition, and is there from its next start on: shut it down and start it anew.'}
        </Note>
      );
    case 'next-start':
      return (
        <Note title="The channel comes with the guest’s next start">Shut the guest down and start it anew; a reboot is not enough.</Note>
      );
    case 'impossible':
      return (
        <Note title="The clipboard cannot be shared here">{`${channel.why}. You can paste into the guest as keystrokes instead.`}</Note>
      );
    case 'present':
    case undefined:
      break;
  }
  if (light.kind === 'no-agent') {
    return (
      <Note title="The guest’s agent does not answer">
        Install spice-vdagent in the guest (Windows: the SPICE guest tools), and log in to its desktop: it belongs to a session.
      </Note>
    );
  }
  if (light.kind === 'waiting') return <p>The guest has not said yet whether it shares its clipboard.</p>;
  if (light.kind === 'working') return <p>Where nothing arrives, look whether spice-vdagent runs in the guest’s desktop session.</p>;
  return null;
}

function Note({ title, children, action }: { readonly title: string; readonly children: string; readonly action?: ReactNode }) {
  return (
    <Alert variant="warning" isInline component="p" title={title} actionLinks={action}>
      {children}
    </Alert>
  );
}
