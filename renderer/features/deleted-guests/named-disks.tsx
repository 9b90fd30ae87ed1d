import { Label } from '@patternfly/react-core';
import type { NamedDisk } from '#model/deleted-guest';
import { ForeignText } from '../../ui/foreign-text.tsx';

const words = {
  there: { label: 'There', color: 'green' },
  gone: { label: 'Gone', color: 'red' },
  unknown: { label: 'Not known', color: 'grey' },
} as const;

/** Disks that a definition names, and what the host says of each. */
export function NamedDisks({ disks }: { readonly disks: readonly NamedDisk[] }) {
  if (disks.length === 0) return <span className="gh-subtle">None</span>;
  return (
    <ul className="gh-deleted__disks">
      {disks.map(({ target, path, found }) => (
        <li key={`${target} ${path}`}>
          <Label isCompact color={words[found].color}>
            {words[found].label}
          </Label>
          <code>
            <ForeignText text={path} />
          </code>
        </li>
      ))}
    </ul>
  );
}
