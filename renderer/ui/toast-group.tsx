import { Alert, AlertActionCloseButton, AlertGroup } from '@patternfly/react-core';
import { useSyncExternalStore } from 'react';
import { dismissToast, toastStore } from './toasts.ts';

/** What has just happened, over the lower right corner. Failures stay until they are closed. */
export function ToastGroup() {
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.read);
  return (
    <AlertGroup isToast isLiveRegion className="gh-toasts">
      {toasts.map(({ id, variant, title, body }) => (
        <Alert
          key={id}
          component="p"
          variant={variant}
          title={title}
          timeout={variant === 'danger' ? false : 6000}
          onTimeout={() => dismissToast(id)}
          actionClose={<AlertActionCloseButton onClose={() => dismissToast(id)} />}
        >
          {body}
        </Alert>
      ))}
    </AlertGroup>
  );
}
