import { ForeignText } from '../../ui/foreign-text.tsx';

/** So many are listed; the rest is counted. */
const SHOWN_MAX = 20;

/** What could not be looked into, so that somebody may be there who needs a volume. */
export function Doubts({ doubts }: { readonly doubts: readonly string[] }) {
  const more = doubts.length - SHOWN_MAX;
  return (
    <ul className="gh-doubts">
      {doubts.slice(0, SHOWN_MAX).map((doubt) => (
        <li key={doubt}>
          <ForeignText text={doubt} />
        </li>
      ))}
      {more > 0 && <li>And {more} more.</li>}
    </ul>
  );
}
