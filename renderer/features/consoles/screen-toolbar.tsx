import type { ReactNode, Ref } from 'react';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { ClipboardButton } from './clipboard/clipboard-button.tsx';
import { GrabHint } from './keyboard/grab-hint.tsx';
import { KeysMenu } from './keyboard/keys-menu.tsx';
import { PictureMenu } from './picture-menu.tsx';
import { SpiceControls } from './spice/spice-controls.tsx';
import { QualityMenu } from './vnc/quality-menu.tsx';
import { PointerHint } from './vnc/pointer-hint.tsx';
import { ScaleMenu } from './vnc/scale-menu.tsx';
import { UsbMenu } from './usb/usb-menu.tsx';
import { ViewOnlySwitch } from './view-only-switch.tsx';

interface ScreenToolbarProps {
  readonly ref: Ref<HTMLDivElement>;
  /** Stands first. */
  readonly switcher: ReactNode;
  /** The name that the screen gives itself: the guest's text. */
  readonly name: string;
}

/** What can be done with a screen. Each piece finds its screen by useScreenContext. */
export function ScreenToolbar({ ref, switcher, name }: ScreenToolbarProps) {
  return (
    <div className="gh-console__toolbar" ref={ref}>
      {switcher}
      <ScaleMenu />
      <QualityMenu />
      <KeysMenu />
      <ClipboardButton />
      <UsbMenu />
      <SpiceControls />
      <PictureMenu />
      <ViewOnlySwitch />
      <span className="gh-console__hint">
        {name !== '' && (
          <span className="gh-console__word">
            <span className="gh-console__name">
              <ForeignText text={name} />
            </span>{' '}
            ·{' '}
          </span>
        )}
        <PointerHint />
        <GrabHint />
      </span>
    </div>
  );
}
