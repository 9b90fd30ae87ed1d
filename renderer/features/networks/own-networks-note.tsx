import type { HostId } from '#model/host';
import { useAttachments, useSurroundings } from '../../data/networks.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';

/** Guests that hang on no network of the host's, and the ports by which they can be reached; nothing where there are none. */
export function OwnNetworksNote({ host }: { readonly host: HostId }) {
  const forwards = useSurroundings(host).data?.portForwards ?? null;
  const own = useAttachments(host).data?.nics.flatMap(({ guestName, mac, source }) =>
    source.kind === 'user' ? [{ guestName, mac, source }] : [],
  );
  if (own === undefined || own.length === 0) return null;
  return (
    <section className="gh-part gh-net-own-part">
      <h2>Guests with a network of their own</h2>
      <p className="gh-subtle">
        {forwards === 'none'
          ? 'The hypervisor reaches out for them, and nobody reaches in: this host cannot forward ports to them, for want of passt.'
          : 'The hypervisor reaches out for them; they are reached only by ports of the host that their definitions forward (with passt).'}
      </p>
      <ul className="gh-net-own">
        {own.map(({ guestName, mac, source }) => (
          <li key={`${guestName} ${mac}`}>
            <ForeignText text={guestName} />
            {': '}
            <ForeignText text={source.forwards.length === 0 ? `no port is forwarded (${source.backend})` : source.forwards.join('; ')} />
          </li>
        ))}
      </ul>
    </section>
  );
}
