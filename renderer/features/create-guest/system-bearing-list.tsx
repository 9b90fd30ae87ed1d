import { Alert, List, ListItem } from '@patternfly/react-core';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import type { Known } from './proposal.ts';
import { bearingOf } from './system-bearing.ts';

/** What follows from the system, before anything is asked: what it is given, and what it lacks. */
export function SystemBearingList({ known }: { readonly known: Known }) {
  const { offer, facts, disc } = known;
  if (facts === null) {
    return (
      <Alert
        isInline
        isPlain
        component="p"
        variant="info"
        title="This system is not known here. It can be installed all the same: look at memory, processors and disk."
      />
    );
  }
  const { because, lacking } = bearingOf(offer, facts, disc);
  const { memory, vcpus, disk } = facts.os.recommended;
  const { ended, endsOfLife } = facts.summary;
  return (
    <>
      <List className="gh-create__bearing" aria-label="What follows from the system">
        <ListItem>
          Recommended: {formatBytes(memory)} of memory, {vcpus} {vcpus === 1 ? 'processor' : 'processors'}, a disk of {formatBytes(disk)}.
        </ListItem>
        {because.map((sentence) => (
          <ListItem key={sentence}>{sentence}</ListItem>
        ))}
      </List>
      {lacking.map((sentence) => (
        <Alert key={sentence} isInline isPlain component="p" variant="warning" title={<ForeignText text={sentence} />} />
      ))}
      {ended && (
        <Alert
          isInline
          isPlain
          component="p"
          variant="warning"
          title={`Its makers do not mend it any more${endsOfLife === null ? '' : ` (since ${endsOfLife})`}: keep it off networks you do not trust.`}
        />
      )}
    </>
  );
}
