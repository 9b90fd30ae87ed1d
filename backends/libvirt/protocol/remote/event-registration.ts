import { i32, nothing, optional, struct } from '../../xdr/codec.ts';
import { domain, network, nodeDevice, pool, secret } from '../objects.ts';
import { read } from '../procedure.ts';

/** Asks for the messages of events.ts. They change nothing but what this connection is told. */
export const eventRegistration = {
  connectDomainEventCallbackRegisterAny: read(316, struct({ eventId: i32, dom: optional(domain) }), struct({ callbackId: i32 })),
  connectDomainEventCallbackDeregisterAny: read(317, struct({ callbackId: i32 }), nothing),
  connectNetworkEventRegisterAny: read(313, struct({ eventId: i32, net: optional(network) }), struct({ callbackId: i32 })),
  connectNetworkEventDeregisterAny: read(314, struct({ callbackId: i32 }), nothing),
  connectStoragePoolEventRegisterAny: read(368, struct({ eventId: i32, pool: optional(pool) }), struct({ callbackId: i32 })),
  connectStoragePoolEventDeregisterAny: read(369, struct({ callbackId: i32 }), nothing),
  connectNodeDeviceEventRegisterAny: read(374, struct({ eventId: i32, dev: optional(nodeDevice) }), struct({ callbackId: i32 })),
  connectNodeDeviceEventDeregisterAny: read(375, struct({ callbackId: i32 }), nothing),
  connectSecretEventRegisterAny: read(380, struct({ eventId: i32, secret: optional(secret) }), struct({ callbackId: i32 })),
  connectSecretEventDeregisterAny: read(381, struct({ callbackId: i32 }), nothing),
};
