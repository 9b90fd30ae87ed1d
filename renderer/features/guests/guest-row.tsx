import { EllipsisVIcon } from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import { memo } from 'react';
import { Link } from 'wouter';
import type { Guest } from '#model/guest';
import type { HostId } from '#model/host';
import { usePending } from '../../data/guest-verbs.ts';
import { paths } from '../../data/paths.ts';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { GuestStateLabel } from './guest-state.tsx';
import { LiveCells } from './live-cells.tsx';
import { stateGroupOf } from './guest-order.ts';

interface GuestRowProps {
  readonly host: HostId;
  /** Null where the list is of one host. */
  readonly hostName: string | null;
  readonly guest: Guest;
  readonly lostAt: number | null;
  readonly index: number;
  readonly active: boolean;
}

export const rowId = (host: HostId, guest: Guest) => `guest-${host}-${guest.id}`;

/** One guest of the list. Its clicks are heard by the table, so that a row that did not change has nothing to render. */
export const GuestRow = memo(function GuestRow({ host, hostName, guest, lostAt, index, active }: GuestRowProps) {
  const ref = { host, id: guest.id };
  const pending = usePending(ref, guest.state);
  const running = lostAt === null && stateGroupOf(guest.state) !== 'off';
  return (
    <tr
      id={rowId(host, guest)}
      className="gh-row"
      data-index={index}
      data-active={active}
      data-lost={lostAt !== null}
      aria-selected={active}
      aria-rowindex={index + 2}
    >
      <td className="gh-cell">
        <GuestStateLabel guest={guest} pending={pending} lostAt={lostAt} />
      </td>
      <td className="gh-cell gh-cell--name" title={readableText(guest.name)}>
        <Link href={paths.guest(ref)} tabIndex={-1}>
          <ForeignText text={guest.name} />
        </Link>
      </td>
      {hostName !== null && (
        <td className="gh-cell gh-cell--host" title={readableText(hostName)}>
          <ForeignText text={hostName} />
        </td>
      )}
      <LiveCells guestRef={ref} running={running} memory={guest.memory} />
      <td className="gh-cell gh-cell--menu">
        <button
          type="button"
          className="gh-kebab"
          tabIndex={-1}
          aria-haspopup="menu"
          aria-label={`Actions for ${readableText(guest.name)}`}
          data-menu
        >
          <EllipsisVIcon />
        </button>
      </td>
    </tr>
  );
});
