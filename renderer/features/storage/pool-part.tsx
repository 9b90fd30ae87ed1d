import { EmptyState, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { useState } from 'react';
import type { HostId } from '#model/host';
import type { Pool } from '#model/storage';
import { changePermission } from '../../data/change-permission.ts';
import { useHost } from '../../data/queries.ts';
import { CreateVolumeDialog } from './create-volume-dialog.tsx';
import { PoolHead } from './pool-head.tsx';
import { StartPoolButton } from './pool-tools.tsx';
import { ToolButton } from './tool-button.tsx';
import { UploadButton } from './upload-button.tsx';
import { canMakeIn } from './volume-permission.ts';
import { VolumesPart } from './volumes-part.tsx';

interface PoolPartProps {
  readonly host: HostId;
  readonly pool: Pool;
  readonly open: string | null;
}

/** One pool: what it is, and what is in it. */
export function PoolPart({ host, pool, open }: PoolPartProps) {
  const permission = canMakeIn(pool, changePermission(useHost(host)));
  const [making, setMaking] = useState(false);
  return (
    <section className="gh-pool-part" aria-label="Pool">
      <PoolHead host={host} pool={pool}>
        {pool.active && (
          <>
            <UploadButton host={host} pool={pool} />
            <ToolButton permission={permission} onClick={() => setMaking(true)}>
              New volume…
            </ToolButton>
          </>
        )}
      </PoolHead>
      {pool.active ? <VolumesPart host={host} pool={pool} open={open} /> : <Inactive host={host} pool={pool} />}
      {making && <CreateVolumeDialog host={host} pool={pool} onClose={() => setMaking(false)} />}
    </section>
  );
}

function Inactive({ host, pool }: Omit<PoolPartProps, 'open'>) {
  return (
    <EmptyState titleText="The pool is not active" headingLevel="h3" variant="sm">
      <EmptyStateBody>
        What is in it can be seen, and guests can use it, only while it is active. Until then nobody knows which volumes elsewhere it needs.
      </EmptyStateBody>
      <EmptyStateFooter>
        <StartPoolButton host={host} pool={pool} />
      </EmptyStateFooter>
    </EmptyState>
  );
}
