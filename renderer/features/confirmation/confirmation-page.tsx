import { Alert, Button, Checkbox } from '@patternfly/react-core';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { ConfirmationDetails } from './confirmation-details.tsx';
import { ConfirmationField } from './confirmation-field.tsx';

interface ConfirmationPageProps {
  readonly question: Confirmation;
  /** Rejects when main did not take it. */
  answer(answer: ConfirmationAnswer): Promise<void>;
}

/** A question of main's, alone in its window: Escape is no, Enter presses the button that has the focus, or confirms what was typed. */
export function ConfirmationPage({ question, answer }: ConfirmationPageProps) {
  const [ticked, setTicked] = useState<readonly string[]>(() =>
    question.choices.filter((choice) => choice.ticked).map((choice) => choice.id),
  );
  const [sent, setSent] = useState(false);
  const [refused, setRefused] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const inputs = question.inputs ?? [];
  // The first field that has to be filled in has the focus; else the button that does no harm.
  const first = inputs.find(({ value }) => value === '') ?? inputs[0];

  const give = (one: ConfirmationAnswer) => {
    setSent(true);
    setRefused(false);
    answer(one).catch(() => {
      setSent(false);
      setRefused(true);
    });
  };
  const cancel = () => {
    form.current?.reset();
    give({ kind: 'cancelled' });
  };
  const confirm = (event: FormEvent) => {
    event.preventDefault();
    if (form.current === null || question.confirm === null) return;
    // What is typed lives in the fields alone, never in React's state, and not there for longer than it is needed.
    const data = new FormData(form.current);
    const values = inputs.map(({ id }): [string, string] => {
      const value = data.get(`input-${id}`);
      return [id, typeof value === 'string' ? value : ''];
    });
    form.current.reset();
    give({ kind: 'confirmed', ticked: [...ticked], values: Object.fromEntries(values) });
  };

  useEffect(() => {
    document.title = question.title;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape') cancel();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  });

  return (
    <main>
      <form ref={form} className="gh-confirm" autoComplete="off" onSubmit={confirm}>
        <h1>
          <ForeignText text={question.title} />
        </h1>
        <div className="gh-confirm__body">
          {question.message.map((paragraph, i) => (
            // Paragraphs never change places, and a host may say the same twice.
            // oxlint-disable-next-line react/no-array-index-key
            <p key={i}>
              <ForeignText text={paragraph} />
            </p>
          ))}
          <ConfirmationDetails details={question.details ?? []} />
          {inputs.map((input) => (
            <ConfirmationField key={input.id} input={input} focused={input === first} disabled={sent} />
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
          {question.confirm !== null && (
            <Button
              type="submit"
              variant={question.danger ? 'danger' : 'primary'}
              isDisabled={sent}
              autoFocus={!question.danger && first === undefined}
            >
              {question.confirm}
            </Button>
          )}
          <Button variant="secondary" isDisabled={sent} autoFocus={question.danger || question.confirm === null} onClick={cancel}>
            Cancel
          </Button>
        </div>
      </form>
    </main>
  );
}
