import { Alert, AlertActionCloseButton, AlertActionLink, AlertGroup } from '@patternfly/react-core';
import { useSyncExternalStore } from 'react';
import { dismissToast, type ShownToast, toastStore } from './toasts.ts';

/** Milliseconds: to read it, and to get to what can be done about it, by keyboard too. */
const SEEN_MS = 6000;
const REACHED_MS = 15_000;

/** What has just happened, over the lower right corner. Failures stay until they are closed. */
export function ToastGroup() {
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.read);
  return (
    <AlertGroup isToast isLiveRegion className="gh-toasts">
      {toasts.map(({ id, variant, title, body, action }) => (
        <Alert
          key={id}
          component="p"
          variant={variant}
          title={title}
          timeout={variant === 'danger' ? false : action === undefined ? SEEN_MS : REACHED_MS}
          onTimeout={() => dismissToast(id)}
          actionLinks={action && <ToastAction id={id} action={action} />}
          actionClose={<AlertActionCloseButton onClose={() => dismissToast(id)} />}
        >
          {body}
        </Alert>
      ))}
    </AlertGroup>
  );
}

function ToastAction({ id, action }: { readonly id: number; readonly action: NonNullable<ShownToast['action']> }) {
  const run = () => {
    dismissToast(id);
    action.run();
  };
  return <AlertActionLink onClick={run}>{action.label}</AlertActionLink>;
}
