import { Alert, AlertActionLink, Button, EmptyState, EmptyStateBody } from '@patternfly/react-core';
import { useInterruptions } from '../../data/interruptions.ts';
import { faultOf } from '../../data/fault-of.ts';
import { readableText } from '../../ui/foreign-text.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Unread } from '../../ui/unread.tsx';
import { api } from '../../api.ts';
import { InterruptionCard } from './interruption-card.tsx';
import './interruptions.css';

/** Operations that did not come to an end: what they left, to be cleaned up or kept. */
export function InterruptionsPage() {
  const interruptions = useInterruptions();
  const { data } = interruptions;
  const lookAgain = () => void interruptions.refetch();
  return (
    <section className="gh-page" aria-label="Interrupted operations">
      <PageHeader title="Interrupted operations">
        <Button variant="secondary" size="sm" isDisabled={interruptions.isFetching} onClick={lookAgain}>
          Look again
        </Button>
      </PageHeader>
      <div className="gh-pane gh-interruptions">
        {data === undefined && (
          <Unread
            fault={interruptions.error === null ? null : faultOf(interruptions.error)}
            away={false}
            label="Looking at what was left"
            onRetry={lookAgain}
          />
        )}
        {data?.operations.length === 0 && data.unusable.length === 0 && (
          <EmptyState titleText="Nothing was left" headingLevel="h2" variant="sm">
            <EmptyStateBody>Every operation came to its end, or what it had made was removed again.</EmptyStateBody>
          </EmptyState>
        )}
        {data !== undefined && data.operations.length > 0 && (
          <>
            <p className="gh-subtle">
              These operations did not come to their end, because Guesthouse was killed, the computer went down, or a host could not undo
              them. Nothing of what they made is removed unless you say so.
            </p>
            <ul className="gh-interruptions__list">
              {data.operations.map((interruption) => (
                <li key={interruption.id}>
                  <InterruptionCard interruption={interruption} />
                </li>
              ))}
            </ul>
          </>
        )}
        {data !== undefined && data.unusable.length > 0 && <UnusableRecords names={data.unusable} />}
      </div>
    </section>
  );
}

function UnusableRecords({ names }: { readonly names: readonly string[] }) {
  const dismiss = <AlertActionLink onClick={() => void api.interruptions.dismissUnusable({})}>Dismiss</AlertActionLink>;
  return (
    <Alert
      variant="warning"
      isInline
      component="p"
      title={names.length === 1 ? 'The record of an operation cannot be read' : `The records of ${names.length} operations cannot be read`}
      actionLinks={dismiss}
    >
      <p>
        They are damaged, or a later release wrote them. What these operations made cannot be told; look at the host’s guests and storage.
        The records are kept in Guesthouse’s state folder, under “operations”: {names.map(readableText).join(', ')}.
      </p>
    </Alert>
  );
}
