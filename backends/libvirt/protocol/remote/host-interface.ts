import { array, i32, u32, nothing, struct } from '../../xdr/codec.ts';
import { hostInterface, LIST_MAX, string } from '../objects.ts';
import { mutation, read } from '../procedure.ts';

/** The network interfaces of the host. */
export const hostInterfaces = {
  connectListAllInterfaces: read(
    284,
    struct({ needResults: i32, flags: u32 }),
    struct({ ifaces: array(hostInterface, LIST_MAX), ret: u32 }),
  ),
  interfaceLookupByName: read(128, struct({ name: string }), struct({ iface: hostInterface })),
  interfaceGetXmlDesc: read(130, struct({ iface: hostInterface, flags: u32 }), struct({ xml: string })),
  interfaceIsActive: read(156, struct({ iface: hostInterface }), struct({ active: i32 })),
  interfaceLookupByMacString: read(129, struct({ mac: string }), struct({ iface: hostInterface })),
  interfaceDefineXml: mutation(131, struct({ xml: string, flags: u32 }), struct({ iface: hostInterface })),
  interfaceUndefine: mutation(132, struct({ iface: hostInterface }), nothing),
  interfaceCreate: mutation(133, struct({ iface: hostInterface, flags: u32 }), nothing),
  interfaceDestroy: mutation(134, struct({ iface: hostInterface, flags: u32 }), nothing),
  interfaceChangeBegin: mutation(220, struct({ flags: u32 }), nothing),
  interfaceChangeCommit: mutation(221, struct({ flags: u32 }), nothing),
  interfaceChangeRollback: mutation(222, struct({ flags: u32 }), nothing),
};
