import type { Fault } from '#model/fault';
import { GuardedRfb } from './guarded-rfb.ts';
import type { AttachScreen, Key } from '../screen.ts';
import { createRfbChannel } from './rfb-channel.ts';

const HANDSHAKE = 10_000;

const fault = (code: Fault['code'], message: string, reason: string | null, remedy: string): Fault => ({ code, message, reason, remedy });

/** A screen by VNC. */
export const attachVnc: AttachScreen = (element, { channel }, events) => {
  let over = false;
  let gone = false;
  const end = (why: Fault | null): void => {
    clearTimeout(patience);
    if (over) return;
    over = true;
    events.ended(why);
  };
  const patience = setTimeout(() => {
    end(fault('timeout', 'The screen did not answer.', null, 'Connect again.'));
    rfb.disconnect();
  }, HANDSHAKE);

  let held: readonly Key[] = [];
  const hold = (keys: readonly Key[]): void => {
    const isIn = (all: readonly Key[], { code }: Key): boolean => all.some((key) => key.code === code);
    for (const key of held.toReversed()) if (!isIn(keys, key)) rfb.sendKey(key.keysym, key.code, false);
    for (const key of keys) if (!isIn(held, key)) rfb.sendKey(key.keysym, key.code, true);
    held = keys;
  };

  const rfbChannel = createRfbChannel(channel, end);
  const rfb = new GuardedRfb(element, rfbChannel, () => rfbChannel.settle());
  rfb.background = 'transparent';
  rfb.canvas.setAttribute('role', 'application');
  rfb.canvas.setAttribute('aria-label', 'Screen of the guest');
  rfb.canvas.tabIndex = 0;
  rfb.addEventListener('connect', () => {
    clearTimeout(patience);
    if (!over) events.connected();
  });
  rfb.addEventListener('desktopname', (event) => {
    if (event instanceof CustomEvent && !over) events.named(String(event.detail.name));
  });
  rfb.addEventListener('credentialsrequired', () => {
    end(fault('auth-failed', 'This screen asks for a password.', null, 'Remove the VNC password from the definition of the guest.'));
    rfb.disconnect();
  });
  rfb.addEventListener('disconnect', () => {
    gone = true;
    const reason = rfb.reason;
    end(reason === null ? null : fault('protocol', 'The screen was closed.', reason, 'Connect again.'));
  });

  return {
    setScale: (scale) => {
      rfb.scaleViewport = scale === 'fit';
    },
    setFollowing: (follow) => {
      rfb.resizeSession = follow;
    },
    setViewOnly: (viewOnly) => {
      rfb.viewOnly = viewOnly;
    },
    setClipboard: () => undefined,
    offerText: () => undefined,
    pressKeys: (keys) => {
      for (const { keysym, code } of keys) rfb.sendKey(keysym, code, true);
      for (const { keysym, code } of keys.toReversed()) rfb.sendKey(keysym, code, false);
    },
    holdKeys: hold,
    releaseKeys: () => {
      hold([]);
      rfb.blur();
    },
    picture: () => pngOf(rfb.canvas),
    focus: () => rfb.focus(),
    dispose: () => {
      over = true;
      clearTimeout(patience);
      if (!gone) rfb.disconnect();
    },
  };
};

function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob === null ? reject(new Error('The picture is empty.')) : resolve(blob)), 'image/png'),
  );
}
