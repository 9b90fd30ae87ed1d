import { Alert, Button, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useState } from 'react';
import type { DefinitionDraft, GuestDefinition } from '#model/definition';
import { CodeComparison } from '../../ui/code-comparison.tsx';
import { bothChanges } from './both-changes.ts';

interface ConflictViewProps {
  readonly draft: DefinitionDraft;
  readonly theirs: GuestDefinition;
  /** Goes on with this text, over theirs. */
  readonly onMine: (text: string) => void;
  readonly onTheirs: () => void;
  readonly onBack: () => void;
}

type Pair = 'merge' | 'theirs' | 'mine';
const pairs: readonly (readonly [Pair, string])[] = [
  ['merge', 'Theirs and yours'],
  ['theirs', 'What they changed'],
  ['mine', 'What you changed'],
];

/** What the host had, what somebody made of it, and what the person made of it. Where both can be had, they are proposed as one text. */
export function ConflictView({ draft, theirs, onMine, onTheirs, onBack }: ConflictViewProps) {
  const { base } = draft;
  const [together] = useState(() => bothChanges(base.text, theirs.text, draft.text));
  const [result, setResult] = useState(together ?? draft.text);
  const [pair, setPair] = useState<Pair>('merge');
  const began = { label: 'When you began', text: base.text };
  const host = { label: 'Theirs: what the host has', text: theirs.text };
  return (
    <>
      <Alert
        variant="info"
        component="p"
        isInline
        title={together === null ? 'You both changed the same lines' : 'The changes do not meet: both are in the text on the right'}
      >
        {together === null
          ? 'On the right is your text. Take over of theirs what you want (the arrows between the texts), or edit it; then go on with it.'
          : 'Look at it, and go on with it, or take theirs alone. Nothing is applied yet.'}
      </Alert>
      <div className="gh-xml__bar">
        <ToggleGroup isCompact aria-label="What is compared">
          {pairs.map(([key, text]) => (
            <ToggleGroupItem key={key} buttonId={`conflict-${key}`} text={text} isSelected={pair === key} onChange={() => setPair(key)} />
          ))}
        </ToggleGroup>
        <span className="gh-xml__space" />
        <Button variant="link" onClick={onBack}>
          Back to my text
        </Button>
        <Button variant="secondary" onClick={onTheirs}>
          Take theirs
        </Button>
        <Button onClick={() => onMine(result)}>Use the text on the right</Button>
      </div>
      {pair === 'merge' && <CodeComparison before={host} after={{ label: 'Yours, to go on with', text: result }} onChange={setResult} />}
      {pair === 'theirs' && <CodeComparison before={began} after={host} />}
      {pair === 'mine' && <CodeComparison before={began} after={{ label: 'Yours', text: draft.text }} />}
    </>
  );
}
