import { useEffect } from 'react';
import type { ClipboardWays } from '#model/clipboard';
import type { ScreenContext } from '../console-context.ts';
import { ClipboardCarrier } from './clipboard-carrier.ts';

/** Shares the clipboard of this computer with the screen's guest, in the ways that are allowed and while the person works in it. */
export function useClipboardLink(context: ScreenContext, ways: ClipboardWays): void {
  const { guest, screen, stage, viewOnly, clipboardPeer, onCopied } = context;
  // Who may only look does not reach into the guest's clipboard either.
  const toGuest = ways.toGuest && !viewOnly;
  const { fromGuest } = ways;

  useEffect(() => {
    screen?.setClipboard({ toGuest, fromGuest });
  }, [screen, toGuest, fromGuest]);

  useEffect(() => {
    // An agent that has just come knows nothing of what was offered before it.
    if (screen === null || stage === null || clipboardPeer !== 'ready') return undefined;
    const carrier = new ClipboardCarrier(guest, (text) => screen.offerText(text));
    const offer = (): void => {
      if (toGuest && stage.contains(document.activeElement)) void carrier.toGuest();
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
  }, [guest, screen, stage, toGuest, fromGuest, clipboardPeer, onCopied]);
}
