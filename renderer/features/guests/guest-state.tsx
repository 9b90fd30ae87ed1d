import { ExclamationCircleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon';
import { InProgressIcon } from '@patternfly/react-icons/dist/esm/icons/in-progress-icon';
import { MoonIcon } from '@patternfly/react-icons/dist/esm/icons/moon-icon';
import { PauseIcon } from '@patternfly/react-icons/dist/esm/icons/pause-icon';
import { PlayIcon } from '@patternfly/react-icons/dist/esm/icons/play-icon';
import { PowerOffIcon } from '@patternfly/react-icons/dist/esm/icons/power-off-icon';
import { QuestionCircleIcon } from '@patternfly/react-icons/dist/esm/icons/question-circle-icon';
import { SaveIcon } from '@patternfly/react-icons/dist/esm/icons/save-icon';
import type { ComponentType } from 'react';
import type { Guest, GuestState } from '#model/guest';
import { stateLabels } from '#model/guest-action';

const icons: Readonly<Record<GuestState, ComponentType>> = {
  running: PlayIcon,
  idle: PlayIcon,
  paused: PauseIcon,
  'shutting-down': InProgressIcon,
  'shut-off': PowerOffIcon,
  crashed: ExclamationCircleIcon,
  sleeping: MoonIcon,
  unknown: QuestionCircleIcon,
};

/** A saved guest is off to the host; to a person it is a different thing from one that was shut down. */
const stateWord = (guest: Pick<Guest, 'state' | 'saved'>) =>
  guest.saved && guest.state === 'shut-off' ? 'Saved' : stateLabels[guest.state];

/** Icon and word. `pending` is said instead of the state while something that was asked has not shown yet. */
export function GuestStateLabel({ guest, pending }: { readonly guest: Pick<Guest, 'state' | 'saved'>; readonly pending: string | null }) {
  const saved = guest.saved && guest.state === 'shut-off';
  const Icon = pending !== null ? InProgressIcon : saved ? SaveIcon : icons[guest.state];
  return (
    <span className="gh-state" data-state={pending === null ? guest.state : 'pending'}>
      <Icon />
      <span>{pending ?? stateWord(guest)}</span>
    </span>
  );
}
