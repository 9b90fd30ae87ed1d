import { DropdownItem, DropdownList } from '@patternfly/react-core';
import { CameraIcon } from '@patternfly/react-icons/dist/esm/icons/camera-icon';
import { useState } from 'react';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { toast } from '../../ui/toasts.ts';
import { useScreenContext } from './console-context.ts';
import { ToolbarMenu } from './toolbar-menu.tsx';

/** What the screen shows, as a picture; and the screen in another program. */
export function PictureMenu() {
  const { guest, console, screen, size, look } = useScreenContext();
  const [hasViewer, setHasViewer] = useState(false);
  const find = (): void => {
    api.consoles.hasViewer({}).then(setHasViewer, () => setHasViewer(false));
  };
  const png = async (): Promise<Uint8Array<ArrayBuffer>> => {
    if (screen === null) throw new Error('There is no screen.');
    return new Uint8Array(await (await screen.picture()).arrayBuffer());
  };
  const save = async (): Promise<void> => {
    if (await api.consoles.savePicture({ guest, png: await png() })) toast({ variant: 'success', title: 'The picture was saved' });
  };
  const copy = async (): Promise<void> => {
    await api.consoles.copyPicture({ guest, png: await png() });
    toast({ variant: 'success', title: 'The picture was copied' });
  };
  const isShown = screen !== null && size !== null;
  return (
    <ToolbarMenu label="Picture" icon={<CameraIcon />} onOpen={find}>
      <DropdownList>
        <DropdownItem isDisabled={!isShown} onClick={() => void attempt('Save the picture', save())}>
          Save as a file…
        </DropdownItem>
        <DropdownItem isDisabled={!isShown} onClick={() => void attempt('Copy the picture', copy())}>
          Copy
        </DropdownItem>
        {hasViewer && !look && (
          <DropdownItem onClick={() => void attempt('Open in remote-viewer', api.consoles.openInViewer({ guest, console }))}>
            Open in remote-viewer
          </DropdownItem>
        )}
      </DropdownList>
    </ToolbarMenu>
  );
}

async function attempt(what: string, done: Promise<void>): Promise<void> {
  try {
    await done;
  } catch (error) {
    const { message, remedy, reason } = faultOf(error);
    toast({ variant: 'danger', title: `${what}: ${message}`, body: [remedy, reason].filter(Boolean).join(' ') });
  }
}
