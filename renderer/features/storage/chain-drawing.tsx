import { HddIcon } from '@patternfly/react-icons/dist/esm/icons/hdd-icon';
import { VirtualMachineIcon } from '@patternfly/react-icons/dist/esm/icons/virtual-machine-icon';
import { Link } from 'wouter';
import type { HostId } from '#model/host';
import type { VolumeUser } from '#model/storage-use';
import { paths } from '../../data/paths.ts';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import type { ChainNode } from './chain-tree.ts';
import { useWords } from './used-by.tsx';

/** What lies over what, from the lowest base down to the guests, as a tree. */
export function ChainDrawing({ host, root }: { readonly host: HostId; readonly root: ChainNode }) {
  return (
    <ul className="gh-chain" aria-label="What is built on what">
      <ImageNode host={host} node={root} />
    </ul>
  );
}

function ImageNode({ host, node: { path, volume, here, users, overlays } }: { readonly host: HostId; readonly node: ChainNode }) {
  const name = <ForeignText text={volume?.name ?? path} />;
  return (
    <li>
      <span className="gh-chain__node" data-here={here} title={readableText(path)}>
        <HddIcon aria-hidden="true" />
        {here || volume === null ? <span>{name}</span> : <Link href={paths.storage(host, volume.pool, volume.name)}>{name}</Link>}
        {here && <span className="pf-v6-screen-reader"> (this volume)</span>}
        {volume === null && <span className="gh-subtle">in no active pool</span>}
      </span>
      {users.length + overlays.length > 0 && (
        <ul>
          {users.map((user) => (
            <UserNode key={user.guest} host={host} user={user} />
          ))}
          {overlays.map((overlay) => (
            <ImageNode key={overlay.path} host={host} node={overlay} />
          ))}
        </ul>
      )}
    </li>
  );
}

function UserNode({ host, user }: { readonly host: HostId; readonly user: VolumeUser }) {
  return (
    <li>
      <span className="gh-chain__node" data-guest="true">
        <VirtualMachineIcon aria-hidden="true" />
        <Link href={paths.guest({ host, id: user.guest })}>
          <ForeignText text={user.name} />
        </Link>
        <span className="gh-subtle">
          {user.running ? 'running' : 'off'}, {user.kinds.map((kind) => useWords[kind]).join(', ')}
        </span>
      </span>
    </li>
  );
}
