import type { Bridge } from '#contract/define';

const number = Number(new URLSearchParams(window.location.search).get('window'));
const harness = window.parent.harness;
const outer = harness.bridgeFor(number);
// Cloned once more, into this frame's own world: objects of another frame have other prototypes.
const bridge: Bridge = { ...outer, invoke: async (channel, input) => structuredClone(await outer.invoke(channel, input)) };
Object.assign(window, { guesthouse: bridge });
await import('../../renderer/confirm.tsx');
