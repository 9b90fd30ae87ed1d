import { useEffect } from 'react';
import type { ClipboardWays } from '#model/clipboard';
import type { ScreenContext } from '../console-context.ts';
import { ClipboardCarrier } from './clipboard-carrier.ts';

/** Shares the clipboard of this computer with the screen's guest, in the ways that are allowed and while the person works in it. */
export function useClipboardLink({ guest, screen, stage, canType, viewOnly, onCopied }: ScreenContext, ways: ClipboardWays): void {
  // Who may only look does not reach into the guest's clipboard either.
  const toGuest = ways.toGuest && !viewOnly;
  const { fromGuest } = ways;

  useEffect(() => {
    screen?.setClipboard({ toGuest, fromGuest });
  }, [screen, toGuest, fromGuest]);

  useEffect(() => {
    if (screen === null || stage === null) return undefined;
    const carrier = new ClipboardCarrier(guest, (text) => screen.offerText(text));
    const offer = (): void => {
      if (toGuest && canType && stage.contains(document.activeElement)) void carrier.toGuest();
    };
    const stopCopied = fromGuest ? onCopied((text) => carrier.copied(text)) : () => {};
    stage.addEventListener('focusin', offer);
    window.addEventListener('focus', offer);
    offer();
    return () => {
      stage.removeEventListener('focusin', offer);
      window.removeEventListener('focus', offer);
      stopCopied();
      carrier.dispose();
    };
  }, [guest, screen, stage, toGuest, fromGuest, canType, onCopied]);
}
