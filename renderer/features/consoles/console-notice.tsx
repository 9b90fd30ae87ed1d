import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { DisconnectedIcon } from '@patternfly/react-icons/dist/esm/icons/disconnected-icon';
import { InProgressIcon } from '@patternfly/react-icons/dist/esm/icons/in-progress-icon';
import { LockIcon } from '@patternfly/react-icons/dist/esm/icons/lock-icon';
import { ForeignText } from '../../ui/foreign-text.tsx';
import type { ConsoleState } from './console-session.ts';

interface ConsoleNoticeProps {
  readonly state: Exclude<ConsoleState, { kind: 'open' }>;
  readonly onConnect: (force: boolean) => void;
}

/** Stands where a console would be while there is none, and says what to do. */
export function ConsoleNotice({ state, onConnect }: ConsoleNoticeProps) {
  if (state.kind === 'connecting') {
    return <EmptyState variant="sm" headingLevel="h2" icon={InProgressIcon} titleText="Connecting to the console" />;
  }
  if (state.kind === 'busy') {
    return (
      <EmptyState variant="sm" headingLevel="h2" icon={LockIcon} titleText="In use by another session">
        <EmptyStateBody>
          {state.fault.reason !== null && (
            <p>
              <ForeignText text={state.fault.reason} />
            </p>
          )}
          <p>Someone else has this console open. If you take it over, theirs ends.</p>
        </EmptyStateBody>
        <Action label="Take over" onClick={() => onConnect(true)} />
      </EmptyState>
    );
  }
  const { fault } = state;
  return (
    <EmptyState variant="sm" headingLevel="h2" icon={DisconnectedIcon} titleText={fault?.message ?? 'The console has ended'}>
      {fault !== null && (
        <EmptyStateBody>
          {fault.reason !== null && (
            <p>
              <ForeignText text={fault.reason} />
            </p>
          )}
          {fault.remedy !== null && <p>{fault.remedy}</p>}
        </EmptyStateBody>
      )}
      <Action label="Reconnect" onClick={() => onConnect(false)} />
    </EmptyState>
  );
}

interface ComesBackProps {
  readonly state: ConsoleState;
  readonly onConnect: () => void;
}

/** Stands over what a screen showed last, while it is tried again. */
export function ComesBack({ state, onConnect }: ComesBackProps) {
  const fault = state.kind === 'ended' ? state.fault : null;
  return (
    <div className="gh-console__returns" role="status">
      <span>{fault?.message ?? 'The screen has ended.'} It is tried again by itself.</span>
      <Button variant="secondary" size="sm" isDisabled={state.kind !== 'ended'} onClick={onConnect}>
        Reconnect
      </Button>
    </div>
  );
}

function Action({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <EmptyStateFooter>
      <EmptyStateActions>
        <Button onClick={onClick}>{label}</Button>
      </EmptyStateActions>
    </EmptyStateFooter>
  );
}
