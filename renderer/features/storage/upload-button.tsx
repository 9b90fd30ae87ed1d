import { Button, Tooltip } from '@patternfly/react-core';
import { UploadIcon } from '@patternfly/react-icons/dist/esm/icons/upload-icon';
import { useState } from 'react';
import type { HostId } from '#model/host';
import type { Pool } from '#model/storage';
import { changePermission } from '../../data/change-permission.ts';
import { useHost } from '../../data/queries.ts';
import { chooseImage, type ChosenImage } from '../../data/volume-verbs.ts';
import { readableText } from '../../ui/foreign-text.tsx';
import { UploadDialog } from './upload-dialog.tsx';

/** First the file, in main's dialog; then what becomes of it. */
export function UploadButton({ host, pool }: { readonly host: HostId; readonly pool: Pool }) {
  const [chosen, setChosen] = useState<ChosenImage | null>(null);
  const [choosing, setChoosing] = useState(false);
  const choose = async () => {
    setChoosing(true);
    setChosen(await chooseImage());
    setChoosing(false);
  };
  const permission = changePermission(useHost(host));
  const button = (
    <Button
      variant="secondary"
      size="sm"
      icon={<UploadIcon />}
      isDisabled={choosing}
      isAriaDisabled={!permission.allowed}
      onClick={() => permission.allowed && void choose()}
      aria-label={`Upload to ${readableText(pool.name)}…`}
    >
      Upload…
    </Button>
  );
  return (
    <>
      {permission.allowed ? button : <Tooltip content={permission.why}>{button}</Tooltip>}
      {chosen !== null && <UploadDialog host={host} pool={pool} chosen={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}
