import './usb.css';
import { Button, Popover } from '@patternfly/react-core';
import { UsbIcon } from '@patternfly/react-icons/dist/esm/icons/usb-icon';
import { useRef, useState } from 'react';
import { useScreenContext } from '../console-context.ts';
import { UsbPanel } from './usb-panel.tsx';

/** Gives USB devices of the host to the guest. */
export function UsbMenu() {
  const { guest, look } = useScreenContext();
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <Popover
      aria-label="USB devices"
      isVisible={isOpen}
      shouldOpen={() => setOpen(true)}
      shouldClose={() => {
        setOpen(false);
        // Not in onHidden: PatternFly calls that at the beginning too, and the focus is the console's.
        button.current?.focus();
      }}
      position="bottom-start"
      // Below the button and of one width, whatever is in it: what one is about to click must not move.
      flipBehavior={['bottom-start', 'bottom-end', 'bottom']}
      minWidth="28rem"
      maxWidth="28rem"
      appendTo={() => button.current?.closest('main') ?? document.body}
      headerComponent="h2"
      headerContent="USB devices"
      bodyContent={<UsbPanel guest={guest} look={look} isOpen={isOpen} />}
    >
      <Button ref={button} size="sm" variant="secondary" icon={<UsbIcon />} aria-expanded={isOpen} aria-label="USB devices">
        USB
      </Button>
    </Popover>
  );
}
