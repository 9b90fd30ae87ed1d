import { Button, EmptyState, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { valueWords } from '#model/value-words';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { dropDraft, useLeftDraft } from './form-drafts.ts';

interface GonePageProps {
  /** Where what was typed for it is kept. */
  readonly draft: string;
  onLeave(): void;
}

/** In place of a device that somebody removed; what was typed for it is still told. */
export function GonePage({ draft, onLeave }: GonePageProps) {
  const kept = useLeftDraft(draft);
  const title = kept === undefined ? 'This device is gone' : `“${readableText(kept.before.title)}” is gone`;
  const typed = kept?.before.fields.filter(({ key, kind }) => key in kept.mine && kind !== 'secret') ?? [];
  return (
    <EmptyState titleText={title} headingLevel="h3" variant="sm">
      <EmptyStateBody>
        <p>It was removed from the guest.{typed.length > 0 && ' What you had typed, and was not applied:'}</p>
        {typed.length > 0 && (
          <dl className="gh-facts">
            {typed.map((field) => (
              <div key={field.key} className="gh-facts__row">
                <dt>{field.label}</dt>
                <dd>
                  <ForeignText text={valueWords(field, kept?.mine[field.key] ?? null)} />
                </dd>
              </div>
            ))}
          </dl>
        )}
      </EmptyStateBody>
      <EmptyStateFooter>
        <Button
          variant="link"
          onClick={() => {
            dropDraft(draft);
            onLeave();
          }}
        >
          Show the others
        </Button>
      </EmptyStateFooter>
    </EmptyState>
  );
}
