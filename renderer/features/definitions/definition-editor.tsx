import { Alert, AlertActionLink, Button } from '@patternfly/react-core';
import { useState } from 'react';
import type { DefinitionDraft, GuestDefinition } from '#model/definition';
import type { Fault } from '#model/fault';
import { useXmlCheck } from '../../data/use-xml-check.ts';
import { lineOfRefusal } from '../../data/well-formed.ts';
import { completionFor } from '../../data/xml-completion.ts';
import { CodeEditor } from '../../ui/code-editor.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { toast } from '../../ui/toasts.ts';
import { ConflictView } from './conflict-view.tsx';
import { keepDraft } from './draft-store.ts';
import { ReviewView } from './review-view.tsx';
import type { Subject } from './subject.ts';

interface DefinitionEditorProps {
  readonly subject: Subject;
  /** What the host has, as far as it is known. */
  readonly now: GuestDefinition;
  readonly draft: DefinitionDraft | null;
  /** Why the host could not be asked lately. */
  readonly fault: Fault | null;
}

/** A text that the host has refused, and the line where it says so. */
interface Refusal {
  readonly text: string;
  readonly fault: Fault;
}

/**
 * The text, from the first key on a draft of the person's own. What the host has may change meanwhile: the text stays, and nothing is applied
 * before the person has seen both.
 */
export function DefinitionEditor({ subject, now, draft, fault }: DefinitionEditorProps) {
  const [step, setStep] = useState<'text' | 'review' | 'conflict'>('text');
  const [round, setRound] = useState(0);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const { permission, effect, kind } = subject;
  const base = draft?.base ?? now;
  const text = draft?.text ?? now.text;
  const isOutdated = draft !== null && now.revision !== draft.base.revision;
  const refused = refusal?.text === text ? refusal : null;
  const problems = refused === null ? null : problemOf(refused.fault);
  const check = useXmlCheck(kind, text, problems);
  const change = (next: string) => keepDraft(subject, next === base.text ? null : { text: next, base });
  const restart = (next: DefinitionDraft | null) => {
    keepDraft(subject, next);
    setRefusal(null);
    setStep('text');
    setRound(round + 1);
  };
  const discard = () => {
    restart(null);
    if (draft !== null)
      toast({ variant: 'info', title: 'Your changes are discarded', body: 'The definition is shown as the host has it.' });
  };

  if (draft !== null && isOutdated && step === 'conflict') {
    return (
      <ConflictView
        key={now.revision}
        draft={draft}
        theirs={now}
        onMine={(mine) => restart(mine === now.text ? null : { text: mine, base: now })}
        onTheirs={() => restart(null)}
        onBack={() => setStep('text')}
      />
    );
  }
  if (draft !== null && !isOutdated && step === 'review') {
    return (
      <ReviewView
        subject={subject}
        draft={draft}
        onApplied={() => restart(null)}
        onRefused={(why) => {
          setRefusal({ text: draft.text, fault: why });
          setStep('text');
        }}
        onBack={() => setStep('text')}
      />
    );
  }

  const idle = draft === null;
  const why = !permission.allowed ? permission.why : isOutdated ? 'Look at both first' : idle ? 'Nothing is changed' : null;
  return (
    <>
      {isOutdated && (
        <Alert
          variant="warning"
          component="p"
          isInline
          isLiveRegion
          title="Somebody else has changed this definition"
          actionLinks={<AlertActionLink onClick={() => setStep('conflict')}>Compare theirs with yours</AlertActionLink>}
        >
          Your text is kept. It can be applied when you have seen both.
        </Alert>
      )}
      {refused !== null && <FaultAlert fault={refused.fault} />}
      {fault !== null && <FaultAlert fault={fault} />}
      <div className="gh-xml__bar">
        <p id="definition-effect" className="gh-subtle">
          {effect}
        </p>
        <CopyButton text={text} label="Copy the definition" />
        <Button variant="secondary" isDisabled={idle} onClick={discard}>
          Discard
        </Button>
        <Button isAriaDisabled={why !== null} aria-describedby="definition-why" onClick={() => why === null && setStep('review')}>
          Review
        </Button>
      </div>
      <p id="definition-why" className={why === null || idle ? 'pf-v6-screen-reader' : 'gh-subtle gh-xml__why'}>
        {why === null ? '' : `${why}.`}
      </p>
      <CodeEditor
        key={`${base.revision} ${round}`}
        language="xml"
        text={text}
        label="Definition"
        describedBy="definition-effect"
        filling
        onChange={change}
        check={check}
        complete={completionFor(kind)}
      />
    </>
  );
}

function problemOf({ message, reason }: Fault) {
  const line = lineOfRefusal(`${message} ${reason ?? ''}`);
  return line === null ? null : { line, column: null, message, severity: 'error' as const };
}
