import { array, i32, u32, nothing, optional, struct } from '../../xdr/codec.ts';
import { NODE_DEVICES_MAX, nodeDevice, string } from '../objects.ts';
import { mutation, read } from '../procedure.ts';

/** Devices of the host. */
export const nodeDevices = {
  connectListAllNodeDevices: read(
    285,
    struct({ needResults: i32, flags: u32 }),
    struct({ devices: array(nodeDevice, NODE_DEVICES_MAX), ret: u32 }),
  ),
  nodeDeviceLookupByName: read(113, struct({ name: string }), struct({ dev: nodeDevice })),
  nodeDeviceGetXmlDesc: read(114, struct({ name: string, flags: u32 }), struct({ xml: string })),
  nodeDeviceGetParent: read(115, struct({ name: string }), struct({ parentName: optional(string) })),
  nodeDeviceListCaps: read(117, struct({ name: string, maxnames: i32 }), struct({ names: array(string, 65_536) })),
  nodeDeviceDetachFlags: mutation(301, struct({ name: string, driverName: optional(string), flags: u32 }), nothing),
  nodeDeviceReAttach: mutation(119, struct({ name: string }), nothing),
  nodeDeviceReset: mutation(120, struct({ name: string }), nothing),
  nodeDeviceCreateXml: mutation(123, struct({ xmlDesc: string, flags: u32 }), struct({ dev: nodeDevice })),
  nodeDeviceDestroy: mutation(124, struct({ name: string }), nothing),
  nodeDeviceNumOfCaps: read(116, struct({ name: string }), struct({ num: i32 })),
  nodeDeviceLookupScsiHostByWwn: read(297, struct({ wwnn: string, wwpn: string, flags: u32 }), struct({ dev: nodeDevice })),
  nodeDeviceDefineXml: mutation(428, struct({ xmlDesc: string, flags: u32 }), struct({ dev: nodeDevice })),
  nodeDeviceUndefine: mutation(429, struct({ name: string, flags: u32 }), nothing),
  nodeDeviceCreate: mutation(430, struct({ name: string, flags: u32 }), nothing),
  nodeDeviceGetAutostart: read(433, struct({ name: string }), struct({ autostart: i32 })),
  nodeDeviceSetAutostart: mutation(434, struct({ name: string, autostart: i32 }), nothing),
  nodeDeviceIsPersistent: read(435, struct({ name: string }), struct({ persistent: i32 })),
  nodeDeviceIsActive: read(436, struct({ name: string }), struct({ active: i32 })),
  nodeDeviceUpdate: mutation(447, struct({ name: string, xmlDesc: string, flags: u32 }), nothing),
};
