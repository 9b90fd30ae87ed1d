import { Button, Tooltip } from '@patternfly/react-core';
import { CheckIcon } from '@patternfly/react-icons/dist/esm/icons/check-icon';
import { CopyIcon } from '@patternfly/react-icons/dist/esm/icons/copy-icon';
import { useEffect, useState } from 'react';

/** Puts `text` on the clipboard and says so for a moment. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [said, setSaid] = useState<'copied' | 'refused' | null>(null);
  useEffect(() => {
    if (said === null) return undefined;
    const timer = setTimeout(() => setSaid(null), 1500);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setSaid('copied'),
      () => setSaid('refused'),
    );
  };
  const words = said === 'copied' ? 'Copied' : said === 'refused' ? 'The clipboard could not be written' : label;
  return (
    <Tooltip content={words} aria="none" aria-live="polite">
      <Button variant="plain" size="sm" aria-label={label} icon={said === 'copied' ? <CheckIcon /> : <CopyIcon />} onClick={copy} />
    </Tooltip>
  );
}
