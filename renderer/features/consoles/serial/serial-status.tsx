import { Alert, AlertActionLink } from '@patternfly/react-core';
import type { SerialConnection } from './use-serial-connection.ts';

/** Lies over the top of a terminal that has something on it and is not connected, and says what to do. The terminal keeps its size. */
export function SerialStatus({ state, comesBack, wasOpen, connect }: SerialConnection) {
  if (state.kind === 'open' || state.kind === 'connecting') return null;
  if (state.kind === 'busy') {
    return (
      <Alert
        className="gh-terminal-status"
        isInline
        component="p"
        variant="warning"
        title={wasOpen && !comesBack ? 'Taken over by another session' : 'In use by another session'}
        actionLinks={<AlertActionLink onClick={() => connect(true)}>{wasOpen ? 'Take it back' : 'Take over'}</AlertActionLink>}
      >
        {comesBack
          ? 'It may be your own connection that was cut. Guesthouse tries again until the host gives it up.'
          : 'Someone else has this serial console open. If you take it over, theirs ends.'}
      </Alert>
    );
  }
  return (
    <Alert
      className="gh-terminal-status"
      isInline
      component="p"
      variant={state.fault === null ? 'info' : 'warning'}
      title={state.fault?.message ?? 'The console has ended'}
      actionLinks={<AlertActionLink onClick={() => connect(false)}>{comesBack ? 'Reconnect now' : 'Reconnect'}</AlertActionLink>}
    >
      {comesBack ? 'Guesthouse connects again by itself.' : state.fault?.remedy}
    </Alert>
  );
}
