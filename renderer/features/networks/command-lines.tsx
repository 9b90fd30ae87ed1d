import { CopyButton } from '../../ui/copy-button.tsx';
import { readableText } from '../../ui/foreign-text.tsx';

/** Lines for a terminal of the person's own. */
export function CommandLines({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div className="gh-net-command">
      {/* Scrolled by keyboard too. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0}>{text.split('\n').map(readableText).join('\n')}</pre>
      <CopyButton text={text} label={label} />
    </div>
  );
}
