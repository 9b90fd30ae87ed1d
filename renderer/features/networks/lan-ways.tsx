import type { LanWay } from '#model/lan-bridge';

const ways: Readonly<Record<LanWay, { readonly name: string; readonly words: string }>> = {
  macvtap: {
    name: 'macvtap',
    words: 'Guests get addresses of the LAN over the card itself. Host and guests cannot talk to each other that way.',
  },
  nat: {
    name: 'NAT network',
    words: 'Guests reach all that the host reaches. They are reached only by ports of the host that are forwarded to them.',
  },
  routed: {
    name: 'Routed network',
    words: 'Guests have a subnet of their own and are reached directly, once the LAN’s router sends that subnet to this host.',
  },
  'by-hand': {
    name: 'A bridge made by hand',
    words: 'Made on the host with its own tools, at its screen rather than over the network. Guests can choose it when it is there.',
  },
};

export const wayNames = (list: readonly LanWay[]): string => list.map((way) => ways[way].name).join(', ');

/** What puts guests on the network where a bridge cannot, and what each costs. */
export function LanWays({ list }: { readonly list: readonly LanWay[] }) {
  if (list.length === 0) return null;
  return (
    <dl className="gh-lan-ways" aria-label="Other ways">
      {list.map((way) => (
        <div key={way}>
          <dt>{ways[way].name}</dt>
          <dd>{ways[way].words}</dd>
        </div>
      ))}
    </dl>
  );
}
