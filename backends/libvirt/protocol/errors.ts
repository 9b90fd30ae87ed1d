import { i32, optional, struct, type ValueOf } from '../xdr/codec.ts';
import { domain, network, string } from './objects.ts';

/** libvirt: include/libvirt/virterror.h, virErrorNumber: those that something is decided by. */
export const ErrorCode = {
  internalError: 1,
  noMemory: 2,
  noSupport: 3,
  noConnect: 5,
  invalidArgument: 8,
  operationFailed: 9,
  xmlError: 27,
  domainExists: 28,
  operationDenied: 29,
  xmlDetail: 35,
  networkExists: 37,
  systemError: 38,
  rpc: 39,
  noDomain: 42,
  noNetwork: 43,
  authFailed: 45,
  noStoragePool: 49,
  noStorageVolume: 50,
  noNodeDevice: 53,
  operationInvalid: 55,
  noInterface: 57,
  noNwfilter: 62,
  noSecret: 66,
  configUnsupported: 67,
  operationTimeout: 68,
  noDomainSnapshot: 72,
  argumentUnsupported: 74,
  storagePoolBuilt: 76,
  operationAborted: 78,
  authCancelled: 79,
  noDomainMetadata: 80,
  operationUnsupported: 84,
  agentUnresponsive: 86,
  resourceBusy: 87,
  accessDenied: 88,
  storageVolumeExists: 90,
  xmlInvalidSchema: 92,
  authUnavailable: 94,
  agentUnsynced: 97,
  deviceMissing: 99,
} as const;

/** virErrorDomain: the parts of libvirt whose errors are told apart. */
export const ErrorDomain = { rpc: 7, libxl: 41, dbus: 47 } as const;

const words = optional(string);

/** libvirt: src/rpc/virnetprotocol.x, virNetMessageError. `str1` is the message's C format: it changes between versions. */
export const remoteError = struct({
  code: i32,
  domain: i32,
  message: words,
  level: i32,
  dom: optional(domain),
  str1: words,
  str2: words,
  str3: words,
  int1: i32,
  int2: i32,
  net: optional(network),
});
export type RemoteError = ValueOf<typeof remoteError>;
