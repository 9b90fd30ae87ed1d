import type { GuestNotice } from '#model/guest';

export type Notice = Pick<GuestNotice, 'severity' | 'message'>;

const danger = (message: string): Notice => ({ severity: 'danger', message });
const warning = (message: string): Notice => ({ severity: 'warning', message });

// libvirt: virDomainEventWatchdogAction, virDomainEventIOErrorAction, virDomainEventMemoryFailureActionType.
const watchdogActions = ['nothing was done', 'it was paused', 'it was reset', 'it was powered off', 'it was shut down'] as const;
const IO_PAUSED = 1;
const memoryActions = ['ignored', 'reported to the guest', 'fatal', 'followed by a reset'] as const;
const LIFECYCLE = { stopped: 5, crashed: 8 } as const;
const STOPPED = { crashed: 2, failed: 5 } as const;
const BLOCK_JOB_FAILED = 1;
const DISK_MISSING_AT_START = 0;

/** What an event is worth telling to a person who did not ask; null: nothing. What they do ask for, rows and details show. */
export const guestNotices = {
  lifecycle({ event, detail }: { readonly event: number; readonly detail: number }): Notice | null {
    if (event === LIFECYCLE.crashed || (event === LIFECYCLE.stopped && detail === STOPPED.crashed)) return danger('The guest has crashed.');
    if (event === LIFECYCLE.stopped && detail === STOPPED.failed) return danger('The guest ended because its hypervisor failed.');
    return null;
  },
  watchdog: ({ action }: { readonly action: number }): Notice =>
    warning(`The guest’s watchdog got no sign of life: ${watchdogActions[action] ?? 'the guest was looked at'}.`),
  ioErrorReason({ srcPath, devAlias, action, reason }: { srcPath: string; devAlias: string; action: number; reason: string }): Notice {
    const disk = srcPath === '' ? devAlias : srcPath;
    const why = reason === 'enospc' ? 'there is no space left' : reason === '' ? 'it could not be read or written' : reason;
    return action === IO_PAUSED
      ? danger(`The guest was paused because of its disk ${disk}: ${why}.`)
      : warning(`The disk ${disk} has an error: ${why}.`);
  },
  controlError: (): Notice => danger('The host has lost control of the guest: it may run on, but it no longer answers the host.'),
  diskChange: ({ reason, oldSrcPath, devAlias }: { reason: number; oldSrcPath: string | null; devAlias: string }): Notice | null =>
    reason === DISK_MISSING_AT_START ? warning(`The guest started without ${oldSrcPath ?? devAlias}, which is not there.`) : null,
  blockJob2: ({ dst, status }: { readonly dst: string; readonly status: number }): Notice | null =>
    status === BLOCK_JOB_FAILED ? danger(`A job on the disk ${dst} has failed.`) : null,
  deviceRemovalFailed: ({ devAlias }: { readonly devAlias: string }): Notice =>
    warning(`The guest did not let go of the device ${devAlias}.`),
  blockThreshold: ({ dev, path }: { readonly dev: string; readonly path: string | null }): Notice =>
    warning(`The disk ${path ?? dev} has grown past the size that was set to warn of.`),
  memoryFailure: ({ action }: { readonly action: number }): Notice =>
    danger(`A part of the host’s memory that the guest uses is broken (${memoryActions[action] ?? 'unknown consequences'}).`),
} as const;
