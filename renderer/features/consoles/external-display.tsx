import { Button, ClipboardCopy, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { ExternalDisplay as Display } from '#model/guest-console';
import type { GuestRef } from '#model/guest';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { toast } from '../../ui/toasts.ts';

interface ExternalDisplayProps {
  readonly guest: GuestRef;
  readonly display: Display;
  readonly switcher: ReactNode;
}

/** In the place of a display that only another program can show: why, and how to get there. */
export function ExternalDisplay({ guest, display: { name, title, why, remedy, command, opens }, switcher }: ExternalDisplayProps) {
  const program = useQuery({
    queryKey: ['external-viewer', guest, name],
    queryFn: () => api.consoles.externalViewer({ guest, console: name }),
    enabled: opens !== null,
  });
  const open = (): void => {
    api.consoles.openExternally({ guest, console: name }).catch((error: unknown) => {
      const { message, remedy: next, reason } = faultOf(error);
      toast({ variant: 'danger', title: message, body: [next, reason].filter(Boolean).join(' ') });
    });
  };
  return (
    <>
      <div className="gh-console__toolbar">{switcher}</div>
      <EmptyState headingLevel="h2" titleText={title}>
        <EmptyStateBody>
          <p>{why}</p>
          <p>{remedy}</p>
          {opens?.kind === 'rdp' && (
            <p>
              It listens at <ForeignText text={opens.at} />.
            </p>
          )}
        </EmptyStateBody>
        <EmptyStateFooter>
          {program.data != null && (
            <EmptyStateActions>
              <Button onClick={open}>Open in {program.data}</Button>
            </EmptyStateActions>
          )}
          {command !== null && (
            <ClipboardCopy className="gh-console__command" isReadOnly hoverTip="Copy" clickTip="Copied" textAriaLabel="Command">
              {command}
            </ClipboardCopy>
          )}
        </EmptyStateFooter>
      </EmptyState>
    </>
  );
}
