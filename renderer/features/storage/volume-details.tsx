import { Button, Label } from '@patternfly/react-core';
import { TimesIcon } from '@patternfly/react-icons/dist/esm/icons/times-icon';
import type { ReactNode } from 'react';
import type { HostId } from '#model/host';
import type { Volume } from '#model/storage';
import type { StorageUses, VolumeUse } from '#model/storage-use';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { ChainDrawing } from './chain-drawing.tsx';
import { Doubts } from './doubts.tsx';
import { chainOf } from './chain-tree.ts';
import type { VolumeRow } from './volume-row.ts';

interface VolumeDetailsProps {
  readonly host: HostId;
  readonly row: VolumeRow;
  readonly uses: StorageUses | undefined;
  onClose(): void;
}

/** One volume: what it is built on and who needs it, drawn; and all that the host says of it. */
export function VolumeDetails({ host, row: { volume, use }, uses, onClose }: VolumeDetailsProps) {
  return (
    <>
      <header className="gh-details__head">
        <h3>
          <ForeignText text={volume.name} />
        </h3>
        {volume.encrypted && <Label isCompact>Encrypted</Label>}
        <Button variant="plain" size="sm" icon={<TimesIcon />} aria-label="Close the details" title="Close (Esc)" onClick={onClose} />
      </header>
      <div className="gh-details__body">
        <section aria-label="Who needs it">
          {use !== null && uses !== undefined && !volume.folder ? (
            <>
              <ChainDrawing host={host} root={chainOf(use, uses)} />
              <Verdict use={use} uses={uses} />
            </>
          ) : (
            <p className="gh-subtle">
              {volume.folder ? 'A folder of the pool: what is in it is not looked into.' : 'It is not known yet who needs it.'}
            </p>
          )}
        </section>
        <VolumeFacts volume={volume} use={use} />
      </div>
    </>
  );
}

/** Whether it can go, and if not, why. */
function Verdict({ use: { verdict, kept, frees }, uses: { doubts } }: { readonly use: VolumeUse; readonly uses: StorageUses }) {
  if (verdict === 'nobody' && kept === null) return <p>Nobody needs it. Deleting it gives back {formatBytes(frees)}.</p>;
  return (
    <>
      {kept !== null && <p>{readableText(kept)}</p>}
      {verdict === 'unknown' && (
        <>
          <p>No guest was found that needs it, but not everything could be looked into:</p>
          <Doubts doubts={doubts} />
        </>
      )}
    </>
  );
}

function VolumeFacts({ volume, use }: { readonly volume: Volume; readonly use: VolumeUse | null }) {
  const { path, format, capacity, allocation, backing, permissions, modified } = volume;
  return (
    <dl className="gh-facts" aria-label="Facts">
      <Fact term="Path">
        <ForeignText text={path} /> <CopyButton text={path} label="Copy the path" />
      </Fact>
      <Fact term="Format">{format === null ? 'Not told' : <ForeignText text={format} />}</Fact>
      <Fact term="Size of the disk">{formatBytes(capacity)}</Fact>
      <Fact term="Taken on the host">
        {formatBytes(allocation)}
        {capacity > 0 && <span className="gh-subtle"> ({Math.round((allocation / capacity) * 100)} %)</span>}
      </Fact>
      {backing !== null && (
        <Fact term="Built on">
          <ForeignText text={backing.path} />
          {backing.format !== null && <span className="gh-subtle"> ({readableText(backing.format)})</span>}
        </Fact>
      )}
      {use !== null && use.same.length > 0 && (
        <Fact term="The same file as">
          {use.same.map(({ pool, name }) => (
            <span key={`${pool}/${name}`} className="gh-details__same">
              <ForeignText text={name} /> <span className="gh-subtle">in {readableText(pool)}</span>
            </span>
          ))}
        </Fact>
      )}
      {permissions !== null && (
        <Fact term="Permissions">
          <span className="gh-number">
            {permissions.mode.toString(8).padStart(4, '0')}, user {permissions.owner}, group {permissions.group}
          </span>
        </Fact>
      )}
      {permissions?.label != null && (
        <Fact term="Security label">
          <ForeignText text={permissions.label} />
        </Fact>
      )}
      {modified !== null && <Fact term="Last written">{written.format(modified)}</Fact>}
    </dl>
  );
}

const written = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <div className="gh-facts__row">
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
