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
import { formatClock } from '../../ui/clock.ts';

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

/** The state as one that is over: nobody knows whether it still is so. */
const pastWord = (guest: Pick<Guest, 'state' | 'saved'>) =>
  guest.state === 'crashed' ? 'Had crashed' : guest.state === 'unknown' ? 'Unknown' : `Was ${stateWord(guest).toLocaleLowerCase()}`;

interface GuestStateLabelProps {
  readonly guest: Pick<Guest, 'state' | 'saved'>;
  /** Said instead of the state while something that was asked has not shown yet. */
  readonly pending: string | null;
  /** When the host was lost, in milliseconds since 1970: the state is from before, and says so. */
  readonly lostAt: number | null;
}

/** Icon and word. */
export function GuestStateLabel({ guest, pending, lostAt }: GuestStateLabelProps) {
  if (lostAt !== null) {
    return (
      <span className="gh-state" data-state="lost" title={`Not known since ${formatClock(lostAt)}: the host is not connected`}>
        <QuestionCircleIcon />
        <span>{pastWord(guest)}</span>
      </span>
    );
  }
  const saved = guest.saved && guest.state === 'shut-off';
  const Icon = pending !== null ? InProgressIcon : saved ? SaveIcon : icons[guest.state];
  return (
    <span className="gh-state" data-state={pending === null ? guest.state : 'pending'}>
      <Icon />
      <span>{pending ?? stateWord(guest)}</span>
    </span>
  );
}
