import type { GuestRef } from '#model/guest';
import { CopyButton } from '../../ui/copy-button.tsx';
import { useCommand } from './queries.ts';

/** The same by hand. */
export function DefineCommand({ guestRef }: { readonly guestRef: GuestRef }) {
  const { data } = useCommand(guestRef);
  if (data === undefined) return null;
  return (
    <div className="gh-xml__command">
      <span className="gh-subtle">By hand, from a file:</span> <code>{data}</code> <CopyButton text={data} label="Copy the command" />
    </div>
  );
}
