import { CopyButton } from '../../ui/copy-button.tsx';

/** The same by hand. */
export function DefineCommand({ command }: { readonly command: string }) {
  return (
    <div className="gh-xml__command">
      <span className="gh-subtle">By hand, from a file:</span> <code>{command}</code> <CopyButton text={command} label="Copy the command" />
    </div>
  );
}
