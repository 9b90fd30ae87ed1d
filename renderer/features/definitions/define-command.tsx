import { CopyButton } from '../../ui/copy-button.tsx';

/** The same by hand; `reading`: it only shows. */
export function DefineCommand({ command, reading = false }: { readonly command: string; readonly reading?: boolean }) {
  return (
    <div className="gh-xml__command">
      <span className="gh-subtle">{reading ? 'By hand:' : 'By hand, from a file:'}</span> <code>{command}</code>{' '}
      <CopyButton text={command} label="Copy the command" />
    </div>
  );
}
