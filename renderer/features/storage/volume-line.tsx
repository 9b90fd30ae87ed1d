import { EllipsisVIcon } from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import { memo } from 'react';
import { Link } from 'wouter';
import type { HostId } from '#model/host';
import { paths } from '../../data/paths.ts';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { UsedBy } from './used-by.tsx';
import { VolumeBadge } from './volume-badge.tsx';
import type { VolumeRow } from './volume-row.ts';

interface VolumeLineProps {
  readonly host: HostId;
  readonly row: VolumeRow;
  readonly index: number;
  readonly active: boolean;
  readonly ticked: boolean;
}

export const lineId = (name: string): string => `volume-${encodeURIComponent(name)}`;

/** One volume of the table. Its clicks are heard by the table, so that a line that did not change has nothing to render. */
export const VolumeLine = memo(function VolumeLine({ host, row, index, active, ticked }: VolumeLineProps) {
  const { volume, base } = row;
  const name = readableText(volume.name);
  return (
    <tr
      id={lineId(volume.name)}
      className="gh-row"
      data-index={index}
      data-active={active}
      aria-selected={ticked}
      aria-rowindex={index + 2}
    >
      <td className="gh-cell gh-cell--tick">
        <input type="checkbox" tabIndex={-1} aria-label={`Tick ${name}`} checked={ticked} readOnly data-tick />
      </td>
      <th scope="row" className="gh-cell gh-cell--name" title={name}>
        <Link href={paths.storage(host, volume.pool, volume.name)} tabIndex={-1}>
          <ForeignText text={volume.name} />
        </Link>
        <VolumeBadge task={row.task} incomplete={row.incomplete} />
      </th>
      <td className="gh-cell" data-column="format">
        {volume.format === null ? '–' : <ForeignText text={volume.format} />}
      </td>
      <td className="gh-cell" data-numeric="true">
        {formatBytes(volume.capacity)}
      </td>
      <td className="gh-cell" data-numeric="true">
        {formatBytes(volume.allocation)}
      </td>
      <td className="gh-cell" data-column="base" title={base === null ? undefined : readableText(base)}>
        {base === null ? '–' : <ForeignText text={base} />}
      </td>
      <td className="gh-cell">
        <UsedBy host={host} use={row.use} folder={volume.folder} />
      </td>
      <td className="gh-cell gh-cell--menu">
        <button type="button" className="gh-kebab" tabIndex={-1} aria-haspopup="menu" aria-label={`Actions for ${name}`} data-menu>
          <EllipsisVIcon />
        </button>
      </td>
    </tr>
  );
});
