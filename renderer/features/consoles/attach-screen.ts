import type { Fault } from '#model/fault';
import { GuardedRfb } from './guarded-rfb.ts';
import type { ConsoleChannel } from './port-channel.ts';
import { createRfbChannel } from './rfb-channel.ts';

export interface Key {
  readonly keysym: number;
  /** As in KeyboardEvent.code. */
  readonly code: string;
}

export interface ScreenOptions {
  /** The framebuffer's shape is known and the first picture is on its way. */
  connected(): void;
  /** Nothing follows; null when it ended as it should. Not called after `dispose`. */
  ended(fault: Fault | null): void;
  /** The name the screen gives itself: the guest's text. */
  named(name: string): void;
}

export interface Screen {
  setScaled(scaled: boolean): void;
  setViewOnly(viewOnly: boolean): void;
  /** Presses the keys in order, then lets all of them go. */
  sendKeys(keys: readonly Key[]): void;
  focus(): void;
  dispose(): void;
}

const HANDSHAKE = 10_000;

const fault = (code: Fault['code'], message: string, reason: string | null, remedy: string): Fault => ({ code, message, reason, remedy });

/** Shows what `channel` carries, a VNC connection, inside `element`. */
export function attachScreen(element: HTMLElement, channel: ConsoleChannel, options: ScreenOptions): Screen {
  let over = false;
  let gone = false;
  const end = (why: Fault | null): void => {
    clearTimeout(patience);
    if (over) return;
    over = true;
    options.ended(why);
  };
  const patience = setTimeout(() => {
    end(fault('timeout', 'The screen did not answer.', null, 'Connect again.'));
    rfb.disconnect();
  }, HANDSHAKE);

  const rfbChannel = createRfbChannel(channel, end);
  const rfb = new GuardedRfb(element, rfbChannel, () => rfbChannel.settle());
  rfb.background = 'transparent';
  rfb.canvas.setAttribute('role', 'application');
  rfb.canvas.setAttribute('aria-label', 'Screen of the guest');
  rfb.canvas.tabIndex = 0;
  rfb.addEventListener('connect', () => {
    clearTimeout(patience);
    if (!over) options.connected();
  });
  rfb.addEventListener('desktopname', (event) => {
    if (event instanceof CustomEvent && !over) options.named(String(event.detail.name));
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
    setScaled: (scaled) => {
      rfb.scaleViewport = scaled;
    },
    setViewOnly: (viewOnly) => {
      rfb.viewOnly = viewOnly;
    },
    sendKeys: (keys) => {
      for (const { keysym, code } of keys) rfb.sendKey(keysym, code, true);
      for (const { keysym, code } of keys) rfb.sendKey(keysym, code, false);
    },
    focus: () => rfb.focus(),
    dispose: () => {
      over = true;
      clearTimeout(patience);
      if (!gone) rfb.disconnect();
    },
  };
}
