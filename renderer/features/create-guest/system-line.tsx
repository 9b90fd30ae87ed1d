import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { SystemPicker } from '../../data/system-picker.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import type { Draft } from './draft.ts';
import { subjectOf } from './source.ts';
import { systemOf } from './system.ts';

interface SystemLineProps {
  readonly draft: Draft;
  readonly onDraft: (change: Partial<Draft>) => void;
}

/** Which system the guest will have, how that is known, and a way to say otherwise. */
export function SystemLine({ draft, onDraft }: SystemLineProps) {
  const [picking, setPicking] = useState(false);
  const system = systemOf(draft);
  const recognised = subjectOf(draft)?.os ?? null;
  return (
    <>
      <span className="gh-create__system">
        <span>
          {system === null ? recognised === null ? 'Not recognised' : 'None of the known ones' : <ForeignText text={system.name} />}
          {draft.system != null && <span className="gh-create__quiet"> (chosen by you)</span>}
        </span>
        <Button variant="link" isInline onClick={() => setPicking(true)}>
          {system === null ? 'Choose the system' : 'Change the system'}
        </Button>
      </span>
      {picking && (
        <SystemPicker
          chosen={system?.id ?? null}
          description="It decides what is proposed, and which devices the guest gets."
          onPick={(picked) => {
            setPicking(false);
            onDraft({ system: picked && { id: picked.id, name: picked.name } });
          }}
          onClose={() => setPicking(false)}
        />
      )}
    </>
  );
}
