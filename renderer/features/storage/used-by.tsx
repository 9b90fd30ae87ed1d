import { Link } from 'wouter';
import type { HostId } from '#model/host';
import type { UseKind, VolumeUse } from '#model/storage-use';
import { paths } from '../../data/paths.ts';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';

/** As what a guest needs a file, in one word. */
export const useWords: Readonly<Record<UseKind, string>> = {
  disk: 'disk',
  medium: 'medium in a drive',
  base: 'base of its disk',
  boot: 'boots from it',
  snapshot: 'in a snapshot',
};

interface UsedByProps {
  readonly host: HostId;
  readonly use: VolumeUse | null;
  readonly folder: boolean;
}

/** Who needs a volume: the first of its guests, or else the first volume built on it, and how many more there are. */
export function UsedBy({ host, use, folder }: UsedByProps) {
  if (folder) return <span className="gh-subtle">A folder</span>;
  if (use === null) return <span className="gh-subtle">…</span>;
  const [user] = use.users;
  const [overlay] = use.overlays;
  const more = use.users.length + use.overlays.length - 1;
  if (user === undefined && overlay === undefined) return <Nobody use={use} />;
  return (
    <span title={everyone(use)}>
      {user !== undefined ? (
        <Link href={paths.guest({ host, id: user.guest })} tabIndex={-1}>
          <ForeignText text={user.name} />
        </Link>
      ) : (
        overlay !== undefined && (
          <>
            <span className="gh-subtle">base of </span>
            <Link href={paths.storage(host, overlay.pool, overlay.name)} tabIndex={-1}>
              <ForeignText text={overlay.name} />
            </Link>
          </>
        )
      )}
      {more > 0 && <span className="gh-subtle"> and {more} more</span>}
    </span>
  );
}

function Nobody({ use: { verdict, kept } }: { readonly use: VolumeUse }) {
  if (verdict === 'nobody' && kept === null) return <span className="gh-nobody">Nobody</span>;
  return (
    <span className="gh-subtle" title={readableText(kept ?? 'Not everything could be looked into.')}>
      {verdict === 'unknown' ? 'Unknown' : 'In use'}
    </span>
  );
}

const everyone = ({ users, overlays }: VolumeUse): string =>
  [
    ...users.map(({ name, kinds }) => `${readableText(name)}: ${kinds.map((kind) => useWords[kind]).join(', ')}`),
    ...overlays.map(({ name }) => `base of ${readableText(name)}`),
  ].join('\n');
