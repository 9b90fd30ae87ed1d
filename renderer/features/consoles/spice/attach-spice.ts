import type { AttachScreen } from '../screen.ts';

/** A screen by SPICE. */
export const attachSpice: AttachScreen = (_element, { channel }, events) => {
  channel.close();
  queueMicrotask(() =>
    events.ended({
      code: 'unsupported',
      message: 'This display speaks SPICE, which Guesthouse cannot show.',
      reason: null,
      remedy: 'Set the display to VNC with a listener at 127.0.0.1 in the guest’s definition, and start it anew.',
    }),
  );
  return {
    setScale: () => undefined,
    setFollowing: () => undefined,
    setViewOnly: () => undefined,
    setClipboard: () => undefined,
    offerText: () => undefined,
    pressKeys: () => undefined,
    holdKeys: () => undefined,
    releaseKeys: () => undefined,
    picture: () => Promise.reject(new Error('There is no picture.')),
    focus: () => undefined,
    dispose: () => undefined,
  };
};
