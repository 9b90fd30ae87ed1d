import { Button, Checkbox } from '@patternfly/react-core';
import { useState } from 'react';
import type { DefinitionDraft, DefinitionOutcome } from '#model/definition';
import type { Fault } from '#model/fault';
import { faultOf } from '../../data/fault-of.ts';
import { CodeComparison } from '../../ui/code-comparison.tsx';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { DefineCommand } from './define-command.tsx';
import type { Subject } from './subject.ts';
import { tellOutcome } from './tell-outcome.ts';

interface ReviewViewProps {
  readonly subject: Subject;
  readonly draft: DefinitionDraft;
  readonly onApplied: (outcome: DefinitionOutcome) => void;
  readonly onRefused: (fault: Fault) => void;
  readonly onBack: () => void;
}

/** The difference that a change makes, before it is made. */
export function ReviewView({ subject, draft, onApplied, onRefused, onBack }: ReviewViewProps) {
  const { permission, effect, command } = subject;
  const [validate, setValidate] = useState(true);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const [operation, setOperation] = useState(() => crypto.randomUUID());
  const apply = async () => {
    setBusy(true);
    setFault(null);
    try {
      const wish = { text: draft.text, base: draft.base.revision, validate };
      const outcome = await subject.define(wish, operation);
      tellOutcome(outcome);
      onApplied(outcome);
    } catch (error) {
      const why = faultOf(error);
      setOperation(crypto.randomUUID());
      setBusy(false);
      if (why.code === 'invalid-definition' && validate) onRefused(why);
      else if (why.code !== 'cancelled') setFault(why);
    }
  };
  return (
    <>
      {fault !== null && <FaultAlert fault={fault} />}
      <div className="gh-xml__bar">
        <p className="gh-subtle">{permission.allowed ? effect : `${permission.why}. Your text is kept.`}</p>
        <Button variant="link" onClick={onBack}>
          Back to the text
        </Button>
        <Button isDisabled={!permission.allowed || busy} isLoading={busy} onClick={() => void apply()}>
          Apply
        </Button>
      </div>
      <CodeComparison
        before={{ label: 'What the host has', text: draft.base.text }}
        after={{ label: 'What it will have', text: draft.text }}
      />
      <Checkbox
        id="definition-validate"
        isChecked={validate}
        onChange={(_event, checked) => setValidate(checked)}
        label="Let the host check it against its schema"
        description="Without it, what the schema does not know is taken or left out without a word."
      />
      {command !== null && <DefineCommand command={command} />}
    </>
  );
}
