import { Alert } from '@patternfly/react-core';
import { Link, useLocation } from 'wouter';
import { useInterruptionCount } from '../../data/interruptions.ts';
import { paths } from '../../data/paths.ts';

/** Over every page, as long as there is something to settle. */
export function InterruptionsNotice() {
  const count = useInterruptionCount();
  const [here] = useLocation();
  if (count === 0 || here === paths.interruptions) return null;
  const title = (
    <>
      {count === 1 ? 'An operation was interrupted.' : `${count} operations were interrupted.`}{' '}
      <Link href={paths.interruptions} className="gh-interruptions-notice__link">
        See what was left
      </Link>
    </>
  );
  return <Alert variant="warning" isInline isPlain component="p" title={title} className="gh-interruptions-notice" />;
}
