import { Link } from 'wouter';
import type { HostId } from '#model/host';
import type { NicAttachment, NicSource } from '#model/network';
import { paths } from '../../data/paths.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';

interface NicsTableProps {
  readonly host: HostId;
  readonly nics: readonly NicAttachment[];
  /** So many guests could not be looked into. */
  readonly unread: number;
  readonly label: string;
  /** Where each hangs; false where the page says it. */
  readonly showsSource: boolean;
}

/** Guests' network cards. */
export function NicsTable({ host, nics, unread, label, showsSource }: NicsTableProps) {
  return (
    <>
      {nics.length === 0 ? (
        <p className="gh-subtle">No guest has a network card here.</p>
      ) : (
        <table className="gh-small-table" aria-label={label}>
          <thead>
            <tr>
              <th scope="col">Guest</th>
              {showsSource && <th scope="col">Hangs on</th>}
              <th scope="col">MAC address</th>
              <th scope="col">Model</th>
              <th scope="col">Now</th>
            </tr>
          </thead>
          <tbody>
            {nics.map((nic) => (
              <tr key={`${nic.guest} ${nic.mac} ${nic.active}`}>
                <th scope="row">
                  <Link href={paths.guest({ host, id: nic.guest })}>
                    <ForeignText text={nic.guestName} />
                  </Link>
                </th>
                {showsSource && (
                  <td>
                    <ForeignText text={sourceWords(nic.source)} />
                  </td>
                )}
                <td className="gh-number">
                  <ForeignText text={nic.mac} />
                </td>
                <td>{nic.model === null ? '–' : <ForeignText text={nic.model} />}</td>
                <td>
                  {nic.active ? (
                    <ForeignText text={nic.target === null ? 'Connected' : `Connected (${nic.target})`} />
                  ) : (
                    'With its next start'
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {unread > 0 && <p className="gh-subtle">{`${unread} guests could not be looked into.`}</p>}
    </>
  );
}

export function sourceWords(source: NicSource): string {
  switch (source.kind) {
    case 'network':
      return source.portGroup === null ? `Network ${source.name}` : `Network ${source.name}, port group ${source.portGroup}`;
    case 'bridge':
      return `Bridge ${source.name}`;
    case 'direct':
      return `Card ${source.device} (macvtap${source.mode === null ? '' : `, ${source.mode}`})`;
    case 'user':
      return [`Own network of the guest (${source.backend})`, ...source.forwards].join('; ');
    case 'other':
      break;
  }
  return source.type;
}
