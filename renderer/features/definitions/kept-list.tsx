import { SimpleList, SimpleListItem } from '@patternfly/react-core';
import type { KeptDefinition, Revision } from '#model/definition';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { formatMoment } from './moment.ts';

interface KeptListProps {
  readonly kept: readonly KeptDefinition[];
  readonly chosen: Revision;
  readonly onChoose: (revision: Revision) => void;
}

/** Earlier definitions, newest first. */
export function KeptList({ kept, chosen, onChoose }: KeptListProps) {
  return (
    <SimpleList className="gh-history__list" aria-label="Earlier definitions" isControlled={false}>
      {kept.map((one) => (
        <SimpleListItem key={one.revision} isActive={one.revision === chosen} onClick={() => onChoose(one.revision)}>
          <span className="gh-history__time">{formatMoment(one.at)}</span>
          <span className="gh-subtle">
            <Made {...one} />
          </span>
        </SimpleListItem>
      ))}
    </SimpleList>
  );
}

function Made({ by, what }: KeptDefinition) {
  if (by === 'guesthouse') return what === null ? 'Changed here' : <ForeignText text={what} />;
  return by === 'others' ? 'Changed by somebody else' : 'Met when Guesthouse first looked';
}
