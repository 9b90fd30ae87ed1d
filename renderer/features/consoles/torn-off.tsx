import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import { ExternalLinkAltIcon } from '@patternfly/react-icons/dist/esm/icons/external-link-alt-icon';
import type { GuestRef } from '#model/guest';
import { openConsoleWindow } from '../../data/console-windows.ts';
import { bringBack } from './console-places.ts';

/** Stands in the guest's page while its consoles are in a window of their own. */
export function TornOff({ guest }: { readonly guest: GuestRef }) {
  return (
    <EmptyState headingLevel="h2" icon={ExternalLinkAltIcon} titleText="This console is in its own window">
      <EmptyStateBody>It comes back here when that window is closed.</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          <Button onClick={() => void openConsoleWindow(guest, 'tab')}>Show the window</Button>
          <Button variant="secondary" onClick={() => void bringBack(guest, false)}>
            Bring it back
          </Button>
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}
