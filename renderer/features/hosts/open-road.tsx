import { LockOpenIcon } from '@patternfly/react-icons/dist/esm/icons/lock-open-icon';
import type { Host } from '#model/host';
import { privacyOf } from '../../data/address-words.ts';

/** Marks a connection that anybody on the way can read. The others are as they should be and need no mark. */
export function OpenRoad({ host }: { readonly host: Host }) {
  if (privacyOf(host.address) !== 'open') return null;
  return (
    <span className="gh-host__open" title="Not encrypted">
      <LockOpenIcon />
      <span className="pf-v6-screen-reader">Not encrypted</span>
    </span>
  );
}
