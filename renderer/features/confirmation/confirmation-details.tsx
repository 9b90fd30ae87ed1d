import { Fragment } from 'react';
import type { ConfirmationDetail } from '#model/confirmation';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';

/** What to compare: in groups of four where every letter counts. The gaps are drawn, so that a copy has none. */
export function ConfirmationDetails({ details }: { readonly details: readonly ConfirmationDetail[] }) {
  if (details.length === 0) return null;
  return (
    <dl className="gh-confirm__details">
      {details.map(({ label, value, exact }) => (
        <Fragment key={label}>
          <dt>
            <ForeignText text={label} />
          </dt>
          <dd>{exact ? <ExactText text={readableText(value)} /> : <ForeignText text={value} />}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

function ExactText({ text }: { readonly text: string }) {
  const [, prefix = '', rest = ''] = /^([A-Z0-9]+:)?(.*)$/s.exec(text) ?? [];
  const groups = rest.match(/.{1,4}/gsu) ?? [];
  return (
    <bdi className="gh-confirm__exact">
      {prefix !== '' && <span>{prefix}</span>}
      {groups.map((group, i) => (
        // Groups are equal to each other by chance, and never change places.
        // oxlint-disable-next-line react/no-array-index-key
        <span key={i}>{group}</span>
      ))}
    </bdi>
  );
}
