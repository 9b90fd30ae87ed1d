import type { ReactNode } from 'react';
import type { HostId } from '#model/host';
import { useHost } from '../../data/queries.ts';
import { HostBanner } from './host-banner.tsx';

/** A page of one host, with what is to be said of its connection above it. */
export function HostFrame({ host: id, children }: { readonly host: HostId; readonly children: ReactNode }) {
  const host = useHost(id);
  return (
    <div className="gh-host-frame">
      {host !== undefined && <HostBanner host={host} />}
      <div className="gh-host-frame__page">{children}</div>
    </div>
  );
}
