import './usb.css';
import { UsbIcon } from '@patternfly/react-icons/dist/esm/icons/usb-icon';
import { useState } from 'react';
import { useScreenContext } from '../console-context.ts';
import { ToolbarPopover } from '../toolbar-popover.tsx';
import { UsbPanel } from './usb-panel.tsx';

const TITLE = 'USB devices';

/** Gives USB devices of the host to the guest. */
export function UsbMenu() {
  const { guest, look } = useScreenContext();
  const [isOpen, setOpen] = useState(false);
  return (
    <ToolbarPopover
      title={TITLE}
      label={TITLE}
      icon={<UsbIcon />}
      isOpen={isOpen}
      onOpenChange={setOpen}
      body={<UsbPanel guest={guest} look={look} isOpen={isOpen} />}
    >
      <span className="gh-console__word">USB</span>
    </ToolbarPopover>
  );
}
