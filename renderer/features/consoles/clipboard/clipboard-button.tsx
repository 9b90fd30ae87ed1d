import './clipboard.css';
import { ArrowLeftIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-left-icon';
import { ArrowRightIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-right-icon';
import { ClipboardIcon } from '@patternfly/react-icons/dist/esm/icons/clipboard-icon';
import { ExchangeAltIcon } from '@patternfly/react-icons/dist/esm/icons/exchange-alt-icon';
import { ExclamationTriangleIcon } from '@patternfly/react-icons/dist/esm/icons/exclamation-triangle-icon';
import { useState } from 'react';
import type { ClipboardWays } from '#model/clipboard';
import { useScreenContext } from '../console-context.ts';
import { ToolbarPopover } from '../toolbar-popover.tsx';
import { type ClipboardLight, clipboardLight, lightInWords } from './clipboard-light.ts';
import { ClipboardPanel } from './clipboard-panel.tsx';
import { useAgentChannel, useClipboardWays } from './clipboard-queries.ts';
import { useClipboardLink } from './use-clipboard-link.ts';

/** Shares the clipboard with the guest, in the ways that the person allows, and shows which side is missing. */
export function ClipboardButton() {
  const context = useScreenContext();
  const { guest, console, kind, clipboardPeer, look } = context;
  const ways = useClipboardWays(guest);
  const [isOpen, setOpen] = useState(false);
  const channel = useAgentChannel(guest, console, !look && (isOpen || ways.toGuest || ways.fromGuest));
  useClipboardLink(context, ways);
  const light = clipboardLight({ ways, peer: clipboardPeer, channel: channel.data, console: kind });

  return (
    <ToolbarPopover
      title="Clipboard"
      label={`Clipboard: ${lightInWords(light, ways)}`}
      icon={<ClipboardIcon />}
      className={`gh-clipboard gh-clipboard--${light.kind}`}
      isOpen={isOpen}
      onOpenChange={setOpen}
      body={<ClipboardPanel guest={guest} console={console} look={look} ways={ways} light={light} channel={channel.data} />}
    >
      <LightIcon light={light} ways={ways} />
    </ToolbarPopover>
  );
}

function LightIcon({ light: { kind }, ways: { toGuest, fromGuest } }: { readonly light: ClipboardLight; readonly ways: ClipboardWays }) {
  if (kind === 'off') return 'Off';
  if (kind !== 'working' && kind !== 'waiting') return <ExclamationTriangleIcon className="gh-clipboard__light" />;
  const Arrows = toGuest && fromGuest ? ExchangeAltIcon : toGuest ? ArrowRightIcon : ArrowLeftIcon;
  return <Arrows className="gh-clipboard__light" />;
}
