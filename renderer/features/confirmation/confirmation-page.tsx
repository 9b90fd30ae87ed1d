import { Alert, Button, Checkbox } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import { ForeignText } from '../../ui/foreign-text.tsx';

interface ConfirmationPageProps {
  readonly question: Confirmation;
  /** Rejects when main did not take it. */
  answer(answer: ConfirmationAnswer): Promise<void>;
}

/** A question of main's, alone in its window: Escape is no, Enter presses the button that has the focus. */
export function ConfirmationPage({ question, answer }: ConfirmationPageProps) {
  const [ticked, setTicked] = useState<readonly string[]>(() =>
    question.choices.filter((choice) => choice.ticked).map((choice) => choice.id),
  );
  const [sent, setSent] = useState(false);
  const [refused, setRefused] = useState(false);

  const give = (one: ConfirmationAnswer) => {
    setSent(true);
    setRefused(false);
    answer(one).catch(() => {
      setSent(false);
      setRefused(true);
    });
  };
  const cancel = () => give({ kind: 'cancelled' });
  const confirm = () => give({ kind: 'confirmed', ticked: [...ticked] });

  useEffect(() => {
    document.title = question.title;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') cancel();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  });

  return (
    <main className="gh-confirm">
      <h1>
        <ForeignText text={question.title} />
      </h1>
      <div className="gh-confirm__body">
        {question.message.map((paragraph) => (
          <p key={paragraph}>
            <ForeignText text={paragraph} />
          </p>
        ))}
        {question.choices.length > 0 && (
          <div role="group" aria-label="Choices" className="gh-confirm__choices">
            {question.choices.map((choice, i) => (
              <Checkbox
                key={choice.id}
                id={`choice-${i}`}
                label={<ForeignText text={choice.label} />}
                description={choice.detail === null ? undefined : <ForeignText text={choice.detail} />}
                isChecked={ticked.includes(choice.id)}
                isDisabled={!choice.enabled}
                onChange={(_event, checked) => setTicked(checked ? [...ticked, choice.id] : ticked.filter((id) => id !== choice.id))}
              />
            ))}
          </div>
        )}
        {refused && (
          <Alert
            variant="danger"
            isInline
            isPlain
            title="The answer did not arrive. Try again, or close this window: nothing is done then."
          />
        )}
      </div>
      <div className="gh-confirm__buttons">
        {/* What cannot be undone must not be one Enter away. */}
        <Button variant={question.danger ? 'danger' : 'primary'} isDisabled={sent} autoFocus={!question.danger} onClick={confirm}>
          {question.confirm}
        </Button>
        <Button variant="secondary" isDisabled={sent} autoFocus={question.danger} onClick={cancel}>
          Cancel
        </Button>
      </div>
    </main>
  );
}
