import type { Fault } from '#model/fault';
import { forgetLastPicture, leaveLastPicture } from '../last-picture.ts';
import { onDevicePixelRatio } from '../picture-scale.ts';
import type { AttachScreen } from '../screen.ts';
import { createHeldKeys } from './held-keys.ts';
import { createRfbChannel } from './rfb-channel.ts';
import { ScreenRfb } from './screen-rfb.ts';

const HANDSHAKE = 10_000;

const fault = (code: Fault['code'], message: string, reason: string | null, remedy: string): Fault => ({ code, message, reason, remedy });

const taken = fault(
  'console-busy',
  'Someone else has this screen to themselves.',
  'The host closed it as soon as it was opened, as it does while another viewer has it exclusively.',
  'Wait until they leave, or take the screen over: they lose it then.',
);

/** A screen by VNC. */
export const attachVnc: AttachScreen = (element, { channel, exclusive = false }, events) => {
  let over = false;
  let gone = false;
  const end = (why: Fault | null): void => {
    clearTimeout(patience);
    if (over) return;
    over = true;
    leaveLastPicture(element, rfb.canvas);
    events.ended(why);
  };
  const patience = setTimeout(() => {
    end(fault('timeout', 'The screen did not answer.', null, 'Connect again.'));
    rfb.disconnect();
  }, HANDSHAKE);

  const rfbChannel = createRfbChannel(channel, {
    ended: (why) => end(why === null && rfb.isAtTheDoor ? taken : why),
    failed: (error) => rfb.overflow(error),
  });
  const unlessOver =
    <T>(tell: (news: T) => void) =>
    (news: T): void => {
      if (!over) tell(news);
    };
  const rfb = new ScreenRfb(element, rfbChannel, {
    shared: !exclusive,
    settled: () => rfbChannel.settle(),
    news: {
      resized: unlessOver(events.resized),
      resizable: unlessOver(events.resizable),
      pointer: unlessOver((mode) => events.pointer?.(mode)),
      peer: unlessOver(events.clipboardPeer),
      copied: unlessOver(events.copied),
    },
  });
  const { canvas } = rfb;
  rfb.background = 'transparent';
  canvas.setAttribute('role', 'application');
  canvas.setAttribute('aria-label', 'Screen of the guest');
  canvas.tabIndex = 0;
  rfb.addEventListener('connect', () => {
    clearTimeout(patience);
    if (over) return;
    forgetLastPicture(element);
    rfb.refit();
    events.connected();
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
    rfb.releaseInput();
    const { reason } = rfb;
    end(reason === null ? null : fault('protocol', 'The screen was closed.', reason, 'Connect again.'));
  });

  const held = createHeldKeys(({ keysym, code }, down) => rfb.sendKey(keysym, code, down));
  // A key or button that is let go elsewhere would stay down in the guest.
  const letGo = (): void => rfb.releaseInput();
  const hidden = (): void => {
    if (document.hidden) letGo();
  };
  canvas.addEventListener('blur', letGo);
  // Not only with the canvas's own focus: buttons are held without it while one may only look.
  window.addEventListener('blur', letGo);
  document.addEventListener('visibilitychange', hidden);
  const stopRatio = onDevicePixelRatio(() => rfb.refit());

  return {
    setScale: (scale) => {
      rfb.scale = scale;
    },
    setFollowing: (follow) => {
      rfb.resizeSession = follow;
    },
    setViewOnly: (viewOnly) => {
      // Before it may not type any more.
      if (viewOnly) {
        held.hold([]);
        rfb.releaseInput();
      }
      rfb.viewOnly = viewOnly;
      rfb.refit();
    },
    setQuality: (quality) => {
      rfb.quality = quality;
    },
    setClipboard: (ways) => {
      rfb.clipboardWays = ways;
    },
    offerText: (text) => rfb.offerText(text),
    pressKeys: (keys) => {
      for (const { keysym, code } of keys) rfb.sendKey(keysym, code, true);
      for (const { keysym, code } of keys.toReversed()) rfb.sendKey(keysym, code, false);
    },
    holdKeys: (keys) => {
      if (!rfb.viewOnly) held.hold(keys);
    },
    releaseKeys: () => {
      held.hold([]);
      rfb.releaseInput();
      rfb.blur();
    },
    picture: () => pngOf(canvas),
    focus: () => rfb.focus(),
    dispose: () => {
      stopRatio();
      window.removeEventListener('blur', letGo);
      document.removeEventListener('visibilitychange', hidden);
      letGo();
      over = true;
      clearTimeout(patience);
      if (!gone) rfb.disconnect();
      rfb.dispose();
    },
  };
};

function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob === null ? reject(new Error('The picture is empty.')) : resolve(blob)), 'image/png'),
  );
}
