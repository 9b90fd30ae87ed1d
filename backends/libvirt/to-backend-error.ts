import type { FaultCode } from '#model/fault';
import { BackendError } from '../errors.ts';
import { ErrorCode, ErrorDomain } from './protocol/errors.ts';
import { remote } from './protocol/remote.ts';
import { LibvirtError } from './rpc/libvirt-error.ts';

const CODES: ReadonlyMap<number, FaultCode> = new Map<number, FaultCode>([
  [ErrorCode.noSupport, 'unsupported'],
  [ErrorCode.noConnect, 'unsupported'],
  [ErrorCode.invalidArgument, 'bad-input'],
  [ErrorCode.xmlError, 'invalid-definition'],
  [ErrorCode.xmlDetail, 'invalid-definition'],
  [ErrorCode.xmlInvalidSchema, 'invalid-definition'],
  [ErrorCode.operationDenied, 'permission'],
  [ErrorCode.noDomain, 'not-found'],
  [ErrorCode.noNetwork, 'not-found'],
  [ErrorCode.noStoragePool, 'not-found'],
  [ErrorCode.noStorageVolume, 'not-found'],
  [ErrorCode.noNodeDevice, 'not-found'],
  [ErrorCode.noInterface, 'not-found'],
  [ErrorCode.noNwfilter, 'not-found'],
  [ErrorCode.noSecret, 'not-found'],
  [ErrorCode.noDomainSnapshot, 'not-found'],
  [ErrorCode.noDomainMetadata, 'not-found'],
  [ErrorCode.deviceMissing, 'not-found'],
  [ErrorCode.domainExists, 'exists'],
  [ErrorCode.networkExists, 'exists'],
  [ErrorCode.storageVolumeExists, 'exists'],
  [ErrorCode.storagePoolBuilt, 'exists'],
  [ErrorCode.operationInvalid, 'invalid-state'],
  [ErrorCode.configUnsupported, 'unsupported'],
  [ErrorCode.argumentUnsupported, 'unsupported'],
  [ErrorCode.operationUnsupported, 'unsupported'],
  [ErrorCode.operationTimeout, 'busy'],
  [ErrorCode.resourceBusy, 'busy'],
  [ErrorCode.operationAborted, 'cancelled'],
  [ErrorCode.authFailed, 'auth-failed'],
  [ErrorCode.authCancelled, 'auth-cancelled'],
  [ErrorCode.authUnavailable, 'auth-no-agent'],
  [ErrorCode.accessDenied, 'permission'],
  [ErrorCode.agentUnresponsive, 'guest-agent'],
  [ErrorCode.agentUnsynced, 'guest-agent'],
]);

// errno of the host, which is Linux or FreeBSD: these have the same numbers on both.
const ERRNO_CODES: ReadonlyMap<number, FaultCode> = new Map<number, FaultCode>([
  [1, 'permission'],
  [2, 'not-found'],
  [13, 'permission'],
  [16, 'in-use'],
  [17, 'exists'],
  [28, 'no-space'],
]);

/** Any error of the layers below as the one that leaves the backend. The daemon's words become the reason. */
export function toBackendError(error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  if (!(error instanceof LibvirtError)) {
    return new BackendError('internal', 'Something went wrong while talking to libvirt.', { cause: error });
  }
  if (isBrokenInside(error)) {
    return new BackendError('daemon-missing', 'A part of libvirt on the host does not answer.', {
      reason: error.text || null,
      remedy:
        'Disconnect from the host and connect again. If that does not help, start its daemons again there, such as virtstoraged or virtnetworkd.',
      cause: error,
    });
  }
  return new BackendError(codeOf(error), error.text || `libvirt gave error ${error.code} without a reason.`, {
    reason: `${error.operation}: libvirt error ${error.code}, domain ${error.domain}`,
    remedy: REMEDIES.get(error.code) ?? driverRemedy(error),
    cause: error,
  });
}

/**
 * The daemon's own connection to another one, such as from virtqemud to virtstoraged, has ended or cannot be made. What had used it stays so
 * until it connects anew.
 */
function isBrokenInside({ code, domain, operation }: LibvirtError): boolean {
  if (domain !== ErrorDomain.rpc) return false;
  // A daemon that is asked to open what it does not have says "internal error" too.
  return code === ErrorCode.systemError || (code === ErrorCode.internalError && operation !== remote.connectOpen.name);
}

function codeOf({ code, domain, int1 }: LibvirtError): FaultCode {
  // polkit is asked over D-Bus; without a system bus nobody can be asked.
  if (domain === ErrorDomain.dbus) return 'auth-no-agent';
  if (code === ErrorCode.systemError) return ERRNO_CODES.get(int1) ?? 'internal';
  return CODES.get(code) ?? 'internal';
}

/** Where a driver's own words say too little to go on with. */
function driverRemedy({ code, domain, operation }: LibvirtError): string | null {
  if (code !== ErrorCode.internalError) return null;
  // One that could not begin when its daemon started says so to everybody who connects, and never tries again (libvirt: src/libvirt.c, virStateInitialize).
  if (operation === remote.connectOpen.name) return RESTART;
  // What Xen itself has against a guest does not reach libvirt.
  return domain === ErrorDomain.libxl ? XEN_LOGS : null;
}

const RESTART =
  'If libvirt on the host was started before its hypervisor, start it again there (“systemctl restart libvirtd”, or virtqemud, virtxend…). If the host was booted without the hypervisor, boot it with it. The journal of the daemon says more.';
const XEN_LOGS =
  'Xen’s own logs on the host say why: /var/log/libvirt/libxl/libxl-driver.log, and of a boot loader that found no kernel /var/log/xen.';

const REMEDIES: ReadonlyMap<number, string> = new Map([
  [ErrorCode.authUnavailable, 'Log in to a desktop with a password dialogue (a polkit agent), or join the group "libvirt".'],
  [ErrorCode.authFailed, 'Try again with the right password, or join the group "libvirt".'],
  [ErrorCode.authCancelled, 'Connect again to be asked once more.'],
]);
