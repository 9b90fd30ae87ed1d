import { array, type Codec, i32, i64, optional, struct, u32, u64 } from '../xdr/codec.ts';
import { domain, graphicsAddress, graphicsIdentity, network, nodeDevice, pool, secret, string } from './objects.ts';
import { type EventMessage, named, Program } from './procedure.ts';
import { typedParameters } from './typed-parameter.ts';

/** A message that comes after its event id was registered; `callbackId` tells registrations of one kind apart. */
export interface RegisteredEvent<Payload> extends EventMessage<Payload> {
  readonly eventId: number;
}

const event = <Payload>(eventId: number, number: number, payload: Codec<Payload>): RegisteredEvent<Payload> => ({
  name: `event ${number}`,
  program: Program.remote,
  number,
  eventId,
  payload,
});

// Nested structs of the .x file (`msg`) stand here flat: on the wire a struct is its fields in order.

/** Registered by remote.connectDomainEventCallbackRegisterAny. */
export const domainEvents = named({
  lifecycle: event(0, 318, struct({ callbackId: i32, dom: domain, event: i32, detail: i32 })),
  reboot: event(1, 319, struct({ callbackId: i32, dom: domain })),
  rtcChange: event(2, 320, struct({ callbackId: i32, dom: domain, offset: i64 })),
  watchdog: event(3, 321, struct({ callbackId: i32, dom: domain, action: i32 })),
  ioError: event(4, 322, struct({ callbackId: i32, dom: domain, srcPath: string, devAlias: string, action: i32 })),
  graphics: event(
    5,
    323,
    struct({
      callbackId: i32,
      dom: domain,
      phase: i32,
      local: graphicsAddress,
      remote: graphicsAddress,
      authScheme: string,
      subject: array(graphicsIdentity, 20),
    }),
  ),
  ioErrorReason: event(6, 324, struct({ callbackId: i32, dom: domain, srcPath: string, devAlias: string, action: i32, reason: string })),
  controlError: event(7, 325, struct({ callbackId: i32, dom: domain })),
  blockJob: event(8, 326, struct({ callbackId: i32, dom: domain, path: string, type: i32, status: i32 })),
  diskChange: event(
    9,
    327,
    struct({ callbackId: i32, dom: domain, oldSrcPath: optional(string), newSrcPath: optional(string), devAlias: string, reason: i32 }),
  ),
  trayChange: event(10, 328, struct({ callbackId: i32, dom: domain, devAlias: string, reason: i32 })),
  pmWakeup: event(11, 329, struct({ callbackId: i32, reason: i32, dom: domain })),
  pmSuspend: event(12, 330, struct({ callbackId: i32, reason: i32, dom: domain })),
  balloonChange: event(13, 331, struct({ callbackId: i32, dom: domain, actual: u64 })),
  pmSuspendDisk: event(14, 332, struct({ callbackId: i32, reason: i32, dom: domain })),
  deviceRemoved: event(15, 333, struct({ callbackId: i32, dom: domain, devAlias: string })),
  blockJob2: event(16, 339, struct({ callbackId: i32, dom: domain, dst: string, type: i32, status: i32 })),
  tunable: event(17, 346, struct({ callbackId: i32, dom: domain, params: typedParameters(2048) })),
  agentLifecycle: event(18, 348, struct({ callbackId: i32, dom: domain, state: i32, reason: i32 })),
  deviceAdded: event(19, 354, struct({ callbackId: i32, dom: domain, devAlias: string })),
  migrationIteration: event(20, 359, struct({ callbackId: i32, dom: domain, iteration: i32 })),
  jobCompleted: event(21, 363, struct({ callbackId: i32, dom: domain, params: typedParameters(64) })),
  deviceRemovalFailed: event(22, 367, struct({ callbackId: i32, dom: domain, devAlias: string })),
  metadataChange: event(23, 379, struct({ callbackId: i32, dom: domain, type: i32, nsuri: optional(string) })),
  blockThreshold: event(
    24,
    385,
    struct({ callbackId: i32, dom: domain, dev: string, path: optional(string), threshold: u64, excess: u64 }),
  ),
  memoryFailure: event(25, 423, struct({ callbackId: i32, dom: domain, recipient: i32, action: i32, flags: u32 })),
  memoryDeviceSizeChange: event(26, 438, struct({ callbackId: i32, dom: domain, alias: string, size: u64 })),
  nicMacChange: event(27, 453, struct({ callbackId: i32, dom: domain, alias: string, oldMac: string, newMac: string })),
});

/** Registered by remote.connectNetworkEventRegisterAny; metadataChange since 9.8. */
export const networkEvents = named({
  lifecycle: event(0, 315, struct({ callbackId: i32, net: network, event: i32, detail: i32 })),
  metadataChange: event(1, 446, struct({ callbackId: i32, net: network, type: i32, nsuri: optional(string) })),
});

/** Registered by remote.connectStoragePoolEventRegisterAny. */
export const storagePoolEvents = named({
  lifecycle: event(0, 370, struct({ callbackId: i32, pool, event: i32, detail: i32 })),
  refresh: event(1, 373, struct({ callbackId: i32, pool })),
});

/** Registered by remote.connectNodeDeviceEventRegisterAny. */
export const nodeDeviceEvents = named({
  lifecycle: event(0, 376, struct({ callbackId: i32, dev: nodeDevice, event: i32, detail: i32 })),
  update: event(1, 377, struct({ callbackId: i32, dev: nodeDevice })),
});

/** Registered by remote.connectSecretEventRegisterAny. */
export const secretEvents = named({
  lifecycle: event(0, 382, struct({ callbackId: i32, secret, event: i32, detail: i32 })),
  valueChanged: event(1, 383, struct({ callbackId: i32, secret })),
});

/** Registered by remote.connectRegisterCloseCallback: the daemon's own driver connection has dropped. */
export const connectionEvents = named({
  closed: {
    name: '',
    program: Program.remote,
    number: 362,
    payload: struct({ reason: i32 }),
  },
});

/** An older form of a domain event, registered by remote.connectDomainEventRegisterAny: it does not say which registration it answers. */
const older = <Payload>(number: number, payload: Codec<Payload>): EventMessage<Payload> => ({
  name: `event ${number}`,
  program: Program.remote,
  number,
  payload,
});

/** What daemons without CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY send (before 1.2.2). */
export const olderDomainEvents = named({
  olderLifecycle: older(107, struct({ dom: domain, event: i32, detail: i32 })),
  olderReboot: older(169, struct({ dom: domain })),
  olderRtcChange: older(170, struct({ dom: domain, offset: i64 })),
  olderWatchdog: older(171, struct({ dom: domain, action: i32 })),
  olderIoError: older(172, struct({ dom: domain, srcPath: string, devAlias: string, action: i32 })),
  olderGraphics: older(
    173,
    struct({
      dom: domain,
      phase: i32,
      local: graphicsAddress,
      remote: graphicsAddress,
      authScheme: string,
      subject: array(graphicsIdentity, 20),
    }),
  ),
  olderIoErrorReason: older(195, struct({ dom: domain, srcPath: string, devAlias: string, action: i32, reason: string })),
  olderControlError: older(224, struct({ dom: domain })),
  olderBlockJob: older(241, struct({ dom: domain, path: string, type: i32, status: i32 })),
  olderDiskChange: older(
    248,
    struct({ dom: domain, oldSrcPath: optional(string), newSrcPath: optional(string), devAlias: string, reason: i32 }),
  ),
  olderTrayChange: older(268, struct({ dom: domain, devAlias: string, reason: i32 })),
  olderPmWakeup: older(269, struct({ dom: domain })),
  olderPmSuspend: older(270, struct({ dom: domain })),
  olderBalloonChange: older(276, struct({ dom: domain, actual: u64 })),
  olderPmSuspendDisk: older(292, struct({ dom: domain })),
  olderDeviceRemoved: older(311, struct({ dom: domain, devAlias: string })),
});

/** Registered by qemu.connectDomainMonitorEventRegister: what QEMU's monitor says, its time and its details as JSON. */
export const monitorEvents = named({
  monitorEvent: {
    name: '',
    program: Program.qemu,
    number: 6,
    payload: struct({ callbackId: i32, dom: domain, event: string, seconds: i64, micros: u32, details: optional(string) }),
  },
});
