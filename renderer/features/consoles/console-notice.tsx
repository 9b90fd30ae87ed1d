import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { DisconnectedIcon } from '@patternfly/react-icons/dist/esm/icons/disconnected-icon';
import { InProgressIcon } from '@patternfly/react-icons/dist/esm/icons/in-progress-icon';
import { LockIcon } from '@patternfly/react-icons/dist/esm/icons/lock-icon';
import type { ConsoleState } from './console-session.ts';

interface ConsoleNoticeProps {
  readonly state: Exclude<ConsoleState, { kind: 'open' }>;
  readonly onConnect: (force: boolean) => void;
}

/** Stands where a console would be while there is none, and says what to do. */
export function ConsoleNotice({ state, onConnect }: ConsoleNoticeProps) {
  switch (state.kind) {
    case 'connecting':
      return <EmptyState headingLevel="h3" icon={InProgressIcon} titleText="Connecting to the console" />;
    case 'busy':
      return (
        <EmptyState headingLevel="h3" icon={LockIcon} titleText="In use by another session">
          <EmptyStateBody>Someone else has this serial console open. If you take it over, theirs ends.</EmptyStateBody>
          <Actions label="Take over" onClick={() => onConnect(true)} />
        </EmptyState>
      );
    case 'ended':
      return (
        <EmptyState headingLevel="h3" icon={DisconnectedIcon} titleText={state.fault?.message ?? 'The console has ended'}>
          {state.fault?.reason && (
            <EmptyStateBody>
              <bdi>{state.fault.reason}</bdi>
            </EmptyStateBody>
          )}
          {state.fault?.remedy && <EmptyStateBody>{state.fault.remedy}</EmptyStateBody>}
          <Actions label="Reconnect" onClick={() => onConnect(false)} />
        </EmptyState>
      );
  }
}

function Actions({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <EmptyStateFooter>
      <EmptyStateActions>
        <Button variant="primary" onClick={onClick}>
          {label}
        </Button>
      </EmptyStateActions>
    </EmptyStateFooter>
  );
}
