import { Button } from '@patternfly/react-core';
import { InfoCircleIcon } from '@patternfly/react-icons/dist/esm/icons/info-circle-icon';
import { useState } from 'react';
import type { DevicePage, GuestHardware, HardwareChange } from '#model/hardware';
import { isShown } from '#model/hardware-field';
import { valueWords } from '#model/value-words';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import type { Wished } from './wished.ts';

interface PendingBarProps {
  readonly hardware: Pick<GuestHardware, 'pages' | 'pending'>;
  readonly blocked: string | null;
  readonly isRestarting: boolean;
  onRestart(): void;
  onStayOff(): void;
  onShow(page: DevicePage): void;
  onReview(wished: Wished): void;
}

/** What waits for the guest's next start, each with a way to take it back. */
export function PendingBar({ hardware, blocked, isRestarting, onRestart, onStayOff, onShow, onReview }: PendingBarProps) {
  const lines = pendingLines(hardware);
  const [open, setOpen] = useState(false);
  if (lines.length === 0) return null;
  const count = lines.length === 1 ? '1 change waits' : `${lines.length} changes wait`;
  return (
    <section className="gh-hw-pending" aria-label="What waits for the next start">
      <div className="gh-hw-pending__head">
        <InfoCircleIcon />
        <strong role="status">
          {isRestarting ? 'The guest is being shut down, and is started again as soon as it is off' : `${count} for the next start`}
        </strong>
        {lines.length > FEW && (
          <Button variant="link" size="sm" isInline aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? 'Show fewer' : 'Show all'}
          </Button>
        )}
        {isRestarting ? (
          <Button variant="link" size="sm" onClick={onStayOff}>
            Do not start it again
          </Button>
        ) : (
          <Button variant="secondary" size="sm" isAriaDisabled={blocked !== null} onClick={() => blocked === null && onRestart()}>
            Restart now
          </Button>
        )}
      </div>
      <ul>
        {(open ? lines : lines.slice(0, FEW)).map((line) => (
          <li key={line.words}>
            <Line line={line} blocked={blocked} onShow={onShow} onReview={onReview} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** So many are shown at once. */
const FEW = 3;

function Line({
  line: { page, words, discard },
  blocked,
  onShow,
  onReview,
}: Pick<PendingBarProps, 'blocked' | 'onShow' | 'onReview'> & { readonly line: PendingLine }) {
  const said = readableText(words);
  return (
    <>
      {page === null ? (
        <ForeignText text={words} />
      ) : (
        <Button variant="link" size="sm" isInline onClick={() => onShow(page)}>
          <ForeignText text={words} />
        </Button>
      )}
      {discard !== null && blocked === null && (
        <Button
          variant="link"
          size="sm"
          isInline
          aria-label={`Discard: ${said}`}
          onClick={() => onReview({ change: discard, title: `Discard: ${said}`, undoable: discard.kind !== 'remove', done: () => {} })}
        >
          Discard
        </Button>
      )}
    </>
  );
}

interface PendingLine {
  readonly page: DevicePage | null;
  readonly words: string;
  /** What makes the next start as the guest is now; null: a device that was removed is not simply there again. */
  readonly discard: HardwareChange | null;
}

/** Each changed field by itself; what is no field's as the host says it. */
export function pendingLines({ pages, pending }: PendingBarProps['hardware']): PendingLine[] {
  if (pending.length === 0) return [];
  const fields = pages.flatMap((page) =>
    page.presence !== 'both'
      ? []
      : page.fields.flatMap((field): PendingLine[] => {
          const now = page.running[field.key];
          if (now === undefined || !isShown(field, page.values)) return [];
          const [from, to] = [now, page.values[field.key] ?? null].map((value) => valueWords(field, value));
          const discard: HardwareChange | null =
            field.kind === 'secret' || field.fixed !== null ? null : { kind: 'set', device: page.id, values: { [field.key]: now } };
          return [{ page, words: `${page.title}, ${field.label}: ${from} → ${to}`, discard }];
        }),
  );
  const others = pending.flatMap(({ device, words }): PendingLine[] => {
    const page = pages.find(({ id }) => id === device) ?? null;
    if (page?.presence === 'both') return [];
    return [{ page, words, discard: page?.presence === 'next-start' ? { kind: 'remove', device: page.id } : null }];
  });
  return [...fields, ...others];
}
