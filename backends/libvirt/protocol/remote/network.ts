import { array, i32, u32, nothing, optional, struct } from '../../xdr/codec.ts';
import { dhcpLease, LIST_MAX, network, networkPort, string, uuid } from '../objects.ts';
import { mutation, read } from '../procedure.ts';
import { typedParameters } from '../typed-parameter.ts';

/** Virtual networks, their leases and ports. */
export const networks = {
  connectListAllNetworks: read(283, struct({ needResults: i32, flags: u32 }), struct({ nets: array(network, LIST_MAX), ret: u32 })),
  networkLookupByName: read(46, struct({ name: string }), struct({ net: network })),
  networkLookupByUuid: read(47, struct({ uuid }), struct({ net: network })),
  networkDefineXmlFlags: mutation(432, struct({ xml: string, flags: u32 }), struct({ net: network })),
  networkDefineXml: mutation(41, struct({ xml: string }), struct({ net: network })),
  networkCreateXml: mutation(40, struct({ xml: string }), struct({ net: network })),
  networkCreate: mutation(39, struct({ net: network }), nothing),
  networkDestroy: mutation(42, struct({ net: network }), nothing),
  networkUndefine: mutation(49, struct({ net: network }), nothing),
  networkUpdate: mutation(291, struct({ net: network, command: u32, section: u32, parentIndex: i32, xml: string, flags: u32 }), nothing),
  networkGetXmlDesc: read(43, struct({ net: network, flags: u32 }), struct({ xml: string })),
  networkGetBridgeName: read(45, struct({ net: network }), struct({ name: string })),
  networkGetAutostart: read(44, struct({ net: network }), struct({ autostart: i32 })),
  networkSetAutostart: mutation(48, struct({ net: network, autostart: i32 }), nothing),
  networkIsActive: read(152, struct({ net: network }), struct({ active: i32 })),
  networkIsPersistent: read(153, struct({ net: network }), struct({ persistent: i32 })),
  networkGetDhcpLeases: read(
    341,
    struct({ net: network, mac: optional(string), needResults: i32, flags: u32 }),
    struct({ leases: array(dhcpLease, 65_536), ret: u32 }),
  ),
  networkListAllPorts: read(
    404,
    struct({ network, needResults: i32, flags: u32 }),
    struct({ ports: array(networkPort, LIST_MAX), ret: u32 }),
  ),
  networkPortLookupByUuid: read(405, struct({ network, uuid }), struct({ port: networkPort })),
  networkPortCreateXml: mutation(406, struct({ network, xml: string, flags: u32 }), struct({ port: networkPort })),
  networkPortGetParameters: read(
    407,
    struct({ port: networkPort, nparams: i32, flags: u32 }),
    struct({ params: typedParameters(16), nparams: i32 }),
  ),
  networkPortSetParameters: mutation(408, struct({ port: networkPort, params: typedParameters(16), flags: u32 }), nothing),
  networkPortGetXmlDesc: read(409, struct({ port: networkPort, flags: u32 }), struct({ xml: string })),
  networkPortDelete: mutation(410, struct({ port: networkPort, flags: u32 }), nothing),
  networkCreateXmlFlags: mutation(437, struct({ xml: string, flags: u32 }), struct({ net: network })),
  networkSetMetadata: mutation(
    444,
    struct({ network, type: i32, metadata: optional(string), key: optional(string), uri: optional(string), flags: u32 }),
    nothing,
  ),
  networkGetMetadata: read(445, struct({ network, type: i32, uri: optional(string), flags: u32 }), struct({ metadata: string })),
};
