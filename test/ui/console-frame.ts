import type { Bridge } from '#contract/define';

const place = Number(new URLSearchParams(window.location.search).get('place'));
const outer = window.parent.harness.consoleBridgeFor(place);
// Cloned once more, into this frame's own world: objects of another frame have other prototypes.
const bridge: Bridge = {
  invoke: async (channel, input) => structuredClone(await outer.invoke(channel, input)),
  subscribe: (channel, listener) => {
    const stop = outer.subscribe(channel, (payload) => listener(structuredClone(payload)));
    // A frame that was taken away can do nothing any more, not even listen.
    window.addEventListener('pagehide', stop);
    return stop;
  },
};
Object.assign(window, { guesthouse: bridge });
await import('../../renderer/console.tsx');
