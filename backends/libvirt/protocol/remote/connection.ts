import { array, i32, u32, u64, nothing, opaque, optional, struct } from '../../xdr/codec.ts';
import { charBytes, charText, CPUMAP_MAX, fixedCharText, nodeStat, SASL_MAX, string } from '../objects.ts';
import { mutation, read } from '../procedure.ts';
import { typedParameters } from '../typed-parameter.ts';

/** The connection itself, its authentication, and the host behind it. */
export const connection = {
  authList: read(66, nothing, struct({ types: array(i32, 20) })),
  authPolkit: read(70, nothing, struct({ complete: i32 })),
  authSaslInit: read(67, nothing, struct({ mechlist: string })),
  authSaslStart: read(
    68,
    struct({ mech: string, nil: i32, data: charBytes(SASL_MAX) }),
    struct({ complete: i32, nil: i32, data: charBytes(SASL_MAX) }),
  ),
  authSaslStep: read(69, struct({ nil: i32, data: charBytes(SASL_MAX) }), struct({ complete: i32, nil: i32, data: charBytes(SASL_MAX) })),
  connectSupportsFeature: read(60, struct({ feature: i32 }), struct({ supported: i32 })),
  connectOpen: read(1, struct({ name: optional(string), flags: u32 }), nothing),
  connectClose: read(2, nothing, nothing),
  connectGetType: read(3, nothing, struct({ type: string })),
  connectGetVersion: read(4, nothing, struct({ hvVer: u64 })),
  connectGetLibVersion: read(157, nothing, struct({ libVer: u64 })),
  connectGetHostname: read(59, nothing, struct({ hostname: string })),
  connectGetUri: read(110, nothing, struct({ uri: string })),
  connectGetCapabilities: read(7, nothing, struct({ capabilities: string })),
  connectGetDomainCapabilities: read(
    342,
    struct({ emulatorbin: optional(string), arch: optional(string), machine: optional(string), virttype: optional(string), flags: u32 }),
    struct({ capabilities: string }),
  ),
  connectGetSysinfo: read(203, struct({ flags: u32 }), struct({ sysinfo: string })),
  connectGetMaxVcpus: read(5, struct({ type: optional(string) }), struct({ maxVcpus: i32 })),
  connectGetCpuModelNames: read(
    312,
    struct({ arch: string, needResults: i32, flags: u32 }),
    struct({ models: array(string, 8192), ret: i32 }),
  ),
  connectCompareHypervisorCpu: read(
    393,
    struct({
      emulator: optional(string),
      arch: optional(string),
      machine: optional(string),
      virttype: optional(string),
      xmlCpu: string,
      flags: u32,
    }),
    struct({ result: i32 }),
  ),
  connectBaselineHypervisorCpu: read(
    394,
    struct({
      emulator: optional(string),
      arch: optional(string),
      machine: optional(string),
      virttype: optional(string),
      xmlCpus: array(string, 256),
      flags: u32,
    }),
    struct({ cpu: string }),
  ),
  connectDomainXmlToNative: read(136, struct({ nativeFormat: string, domainXml: string, flags: u32 }), struct({ nativeConfig: string })),
  connectDomainXmlFromNative: read(135, struct({ nativeFormat: string, nativeConfig: string, flags: u32 }), struct({ domainXml: string })),
  nodeGetInfo: read(
    6,
    nothing,
    struct({ model: fixedCharText(32), memory: u64, cpus: i32, mhz: i32, nodes: i32, sockets: i32, cores: i32, threads: i32 }),
  ),
  nodeGetCpuStats: read(227, struct({ cpuNum: i32, nparams: i32, flags: u32 }), struct({ params: array(nodeStat, 16), nparams: i32 })),
  nodeGetMemoryStats: read(228, struct({ nparams: i32, cellNum: i32, flags: u32 }), struct({ params: array(nodeStat, 16), nparams: i32 })),
  nodeGetCpuMap: read(
    293,
    struct({ needMap: i32, needOnline: i32, flags: u32 }),
    struct({ cpumap: opaque(CPUMAP_MAX), online: u32, ret: i32 }),
  ),
  nodeGetFreeMemory: read(102, nothing, struct({ freeMem: u64 })),
  nodeGetCellsFreeMemory: read(101, struct({ startCell: i32, maxcells: i32 }), struct({ cells: array(u64, 1024) })),
  nodeGetFreePages: read(
    340,
    struct({ pages: array(u32, 1024), startCell: i32, cellCount: u32, flags: u32 }),
    struct({ counts: array(u64, 1024) }),
  ),
  nodeGetSecurityModel: read(122, nothing, struct({ model: charText(257), doi: charText(257) })),
  connectRegisterCloseCallback: read(360, nothing, nothing),
  connectUnregisterCloseCallback: read(361, nothing, nothing),
  connectIsSecure: read(149, nothing, struct({ secure: i32 })),
  nodeSuspendForDuration: mutation(250, struct({ target: u32, duration: u64, flags: u32 }), nothing),
  nodeSetMemoryParameters: mutation(288, struct({ params: typedParameters(64), flags: u32 }), nothing),
  nodeGetMemoryParameters: read(289, struct({ nparams: i32, flags: u32 }), struct({ params: typedParameters(64), nparams: i32 })),
  nodeAllocPages: mutation(
    347,
    struct({ pageSizes: array(u32, 1024), pageCounts: array(u64, 1024), startCell: i32, cellCount: u32, flags: u32 }),
    struct({ ret: i32 }),
  ),
  nodeGetSevInfo: read(395, struct({ nparams: i32, flags: u32 }), struct({ params: typedParameters(64), nparams: i32 })),
  connectSetIdentity: mutation(419, struct({ params: typedParameters(20), flags: u32 }), nothing),
};
