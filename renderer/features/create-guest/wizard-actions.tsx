import { ActionList, ActionListGroup, ActionListItem, Button } from '@patternfly/react-core';
import { useState } from 'react';
import type { GuestSpec } from '#model/guest-spec';
import type { HostId } from '#model/host';
import { CustomiseDialog } from './customise-dialog.tsx';
import type { Step } from './draft-store.ts';

interface WizardActionsProps {
  readonly host: HostId;
  readonly steps: readonly Step[];
  readonly step: Step;
  readonly spec: GuestSpec | null;
  readonly definition: string | null;
  readonly isChosen: boolean;
  readonly canCreate: boolean;
  readonly isAsking: boolean;
  readonly hasFailed: boolean;
  readonly onGo: (step: Step) => void;
  readonly onDefinition: (definition: string | null) => void;
  readonly onCancel: () => void;
}

/** The buttons at the foot of a step. */
export function WizardActions(props: WizardActionsProps) {
  const { host, steps, step, spec, definition, isChosen, canCreate, isAsking, hasFailed, onGo, onDefinition, onCancel } = props;
  const [customising, setCustomising] = useState(false);
  const at = steps.indexOf(step);
  const back = steps[at - 1];
  const next = steps[at + 1];
  return (
    <>
      <ActionList className="gh-create__actions">
        <ActionListGroup>
          {back !== undefined && (
            <ActionListItem>
              <Button variant="secondary" onClick={() => onGo(back)}>
                Back
              </Button>
            </ActionListItem>
          )}
          <ActionListItem>
            {next === undefined ? (
              <Button type="submit" form="create-guest" isDisabled={!canCreate} isLoading={isAsking}>
                {hasFailed ? 'Try again' : 'Create'}
              </Button>
            ) : (
              <Button type="submit" form="create-guest" isDisabled={!isChosen}>
                Next
              </Button>
            )}
          </ActionListItem>
          {next !== undefined && next !== 'review' && (
            <ActionListItem>
              <Button variant="secondary" isDisabled={!isChosen} onClick={() => onGo('review')}>
                Review and create
              </Button>
            </ActionListItem>
          )}
          {next === undefined && (
            <ActionListItem>
              <Button variant="secondary" isDisabled={spec === null} onClick={() => setCustomising(true)}>
                Customise first…
              </Button>
            </ActionListItem>
          )}
        </ActionListGroup>
        <ActionListGroup>
          <ActionListItem>
            <Button variant="link" onClick={onCancel}>
              Cancel
            </Button>
          </ActionListItem>
        </ActionListGroup>
      </ActionList>
      {customising && spec !== null && (
        <CustomiseDialog
          host={host}
          spec={spec}
          definition={definition}
          onDefinition={onDefinition}
          onClose={() => setCustomising(false)}
        />
      )}
    </>
  );
}
