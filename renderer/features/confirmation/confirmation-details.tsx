import { Fragment } from 'react';
import type { ConfirmationDetail } from '#model/confirmation';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';

/** What to compare: fingerprints in groups of four, other lines letter by letter. The gaps are drawn, so that a copy has none. */
export function ConfirmationDetails({ details }: { readonly details: readonly ConfirmationDetail[] }) {
  if (details.length === 0) return null;
  return (
    <dl className="gh-confirm__details">
      {details.map(({ label, value, exact }, i) => (
        // Several may have one label, and they never change places.
        // oxlint-disable-next-line react/no-array-index-key
        <Fragment key={i}>
          <dt>
            <ForeignText text={label} />
          </dt>
          <dd>{exact ? <ExactText text={value} /> : <ForeignText text={value} />}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

/** Nothing of it is left out: what is agreed to may stand at its end. Main keeps it short enough. */
function ExactText({ text }: { readonly text: string }) {
  const [, prefix = '', rest = ''] = /^((?:SHA\d+|MD5):)?(.*)$/s.exec(text) ?? [];
  if (prefix === '') return <bdi className="gh-confirm__line">{piecesOf(text, PIECE).map(readableText).join('')}</bdi>;
  return (
    <bdi className="gh-confirm__exact">
      <span>{prefix}</span>
      {piecesOf(rest, 4).map((group, i) => (
        // Groups are equal to each other by chance, and never change places.
        // oxlint-disable-next-line react/no-array-index-key
        <span key={i}>{readableText(group)}</span>
      ))}
    </bdi>
  );
}

/** Shorter than what readableText would cut. */
const PIECE = 200;

function piecesOf(text: string, length: number): string[] {
  const characters = Array.from(text);
  return Array.from({ length: Math.ceil(characters.length / length) }, (_, at) =>
    characters.slice(at * length, (at + 1) * length).join(''),
  );
}
