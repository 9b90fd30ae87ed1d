import type { AgentChannel, ClipboardWays } from '#model/clipboard';
import type { ClipboardPeer } from '../screen.ts';

/** What the clipboard's button shows: what works, or which side is missing. */
export type ClipboardLight =
  | { readonly kind: 'off' }
  | { readonly kind: 'working' }
  /** The guest has not said anything yet. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'no-agent' }
  | { readonly kind: 'no-channel' }
  | { readonly kind: 'next-start' }
  | { readonly kind: 'impossible'; readonly why: string };

interface Known {
  readonly ways: ClipboardWays;
  readonly peer: ClipboardPeer;
  /** Undefined before it is read, and where it cannot be. */
  readonly channel: AgentChannel | undefined;
  readonly console: 'vnc' | 'spice';
}

export function clipboardLight({ ways, peer, channel, console }: Known): ClipboardLight {
  if (!ways.toGuest && !ways.fromGuest) return { kind: 'off' };
  // SPICE says whether the agent is there; QEMU's VNC server carries texts between viewers too, with no agent behind it.
  if (console === 'spice' && peer === 'ready') return { kind: 'working' };
  switch (channel?.kind) {
    case 'missing':
      return { kind: 'no-channel' };
    case 'next-start':
      return { kind: 'next-start' };
    case 'impossible':
      return { kind: 'impossible', why: channel.why };
    case 'present':
    case undefined:
      break;
  }
  return { kind: peer === 'ready' ? 'working' : peer === 'absent' ? 'no-agent' : 'waiting' };
}

const sides: Readonly<Record<Exclude<ClipboardLight['kind'], 'working' | 'impossible'>, string>> = {
  off: 'off',
  waiting: 'waiting for the guest',
  'no-agent': 'no agent in the guest',
  'no-channel': 'no channel for the agent',
  'next-start': 'from the guest’s next start',
};

/** The light in words, for the button's name. */
export function lightInWords(light: ClipboardLight, ways: ClipboardWays): string {
  if (light.kind === 'impossible') return 'not possible here';
  if (light.kind !== 'working') return sides[light.kind];
  if (ways.toGuest && ways.fromGuest) return 'shared both ways';
  return ways.toGuest ? 'to the guest' : 'from the guest';
}
