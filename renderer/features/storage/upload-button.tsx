import { UploadIcon } from '@patternfly/react-icons/dist/esm/icons/upload-icon';
import { useState } from 'react';
import type { HostId } from '#model/host';
import type { Pool } from '#model/storage';
import { changePermission } from '../../data/change-permission.ts';
import { useHost } from '../../data/queries.ts';
import { chooseImage, type ChosenImage } from '../../data/volume-verbs.ts';
import { readableText } from '../../ui/foreign-text.tsx';
import { ToolButton } from './tool-button.tsx';
import { UploadDialog } from './upload-dialog.tsx';
import { canMakeIn } from './volume-permission.ts';

/** First the file, in main's dialog; then what becomes of it. */
export function UploadButton({ host, pool }: { readonly host: HostId; readonly pool: Pool }) {
  const [chosen, setChosen] = useState<ChosenImage | null>(null);
  const [choosing, setChoosing] = useState(false);
  const choose = async () => {
    setChoosing(true);
    setChosen(await chooseImage());
    setChoosing(false);
  };
  const permission = canMakeIn(pool, changePermission(useHost(host)));
  return (
    <>
      <ToolButton
        permission={permission}
        icon={<UploadIcon />}
        isBusy={choosing}
        label={`Upload to ${readableText(pool.name)}…`}
        onClick={() => void choose()}
      >
        Upload…
      </ToolButton>
      {chosen !== null && <UploadDialog host={host} pool={pool} chosen={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}
