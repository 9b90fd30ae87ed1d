import { Alert, Button } from '@patternfly/react-core';
import type { DevicePage } from '#model/hardware';
import { valueWords } from '#model/value-words';
import { ForeignText } from '../../ui/foreign-text.tsx';
import type { FormDraft } from './form-drafts.ts';

interface DisputedFieldsProps {
  readonly page: DevicePage;
  readonly draft: FormDraft;
  /** Null: nothing can be applied now. */
  readonly onApply: (() => void) | null;
}

/** Somebody else changed what the person is changing: what there was, what it has become, and what the person typed. Nothing of it is lost. */
export function DisputedFields({ page, draft, onApply }: DisputedFieldsProps) {
  const takeTheirs = () => {
    for (const { key } of draft.disputed) draft.reset(key);
  };
  const applyMine = () => {
    draft.insist();
    onApply?.();
  };
  return (
    <Alert
      variant="warning"
      component="p"
      isInline
      title="Somebody else has changed this meanwhile"
      actionLinks={
        <>
          <Button variant="secondary" size="sm" isAriaDisabled={onApply === null} onClick={applyMine}>
            Apply mine over theirs…
          </Button>
          <Button variant="link" size="sm" onClick={takeTheirs}>
            Take theirs
          </Button>
        </>
      }
    >
      <p>What you typed is still there. Nothing of it has been applied.</p>
      <table className="gh-small-table" aria-label="What was changed by both">
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">It was</th>
            <th scope="col">Theirs</th>
            <th scope="col">Yours</th>
          </tr>
        </thead>
        <tbody>
          {draft.disputed.map((field) => (
            <tr key={field.key}>
              <th scope="row">{field.label}</th>
              {[draft.before, page.values, draft.values].map((values, index) => (
                // Three columns that never move.
                // oxlint-disable-next-line react/no-array-index-key
                <td key={index} className="gh-path">
                  <ForeignText text={valueWords(field, values[field.key] ?? null)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Alert>
  );
}
