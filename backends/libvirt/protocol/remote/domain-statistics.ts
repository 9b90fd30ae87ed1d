import { array, i32, i64, u32, u64, nothing, opaque, optional, struct } from '../../xdr/codec.ts';
import { domain, domainInterface, domainMemoryStat, filesystem, LIST_MAX, PEEK_MAX, string } from '../objects.ts';
import { mutation, read } from '../procedure.ts';
import { typedParameters } from '../typed-parameter.ts';

const domainStatsRecord = struct({ dom: domain, params: typedParameters(262_144) });

/** Domains: counters, network interfaces, and what the agent inside the guest tells and does. */
export const domainStatistics = {
  domainMemoryStats: read(159, struct({ dom: domain, maxStats: u32, flags: u32 }), struct({ stats: array(domainMemoryStat, 1024) })),
  domainSetUserPassword: mutation(357, struct({ dom: domain, user: optional(string), password: optional(string), flags: u32 }), nothing),
  connectGetAllDomainStats: read(
    344,
    struct({ doms: array(domain, LIST_MAX), stats: u32, flags: u32 }),
    struct({ retStats: array(domainStatsRecord, LIST_MAX) }),
  ),
  domainInterfaceStats: read(
    65,
    struct({ dom: domain, device: string }),
    struct({ rxBytes: i64, rxPackets: i64, rxErrs: i64, rxDrop: i64, txBytes: i64, txPackets: i64, txErrs: i64, txDrop: i64 }),
  ),
  domainInterfaceAddresses: read(353, struct({ dom: domain, source: u32, flags: u32 }), struct({ ifaces: array(domainInterface, 2048) })),
  domainGetInterfaceParameters: read(
    257,
    struct({ dom: domain, device: string, nparams: i32, flags: u32 }),
    struct({ params: typedParameters(16), nparams: i32 }),
  ),
  domainSetInterfaceParameters: mutation(256, struct({ dom: domain, device: string, params: typedParameters(16), flags: u32 }), nothing),
  domainGetGuestInfo: read(418, struct({ dom: domain, types: u32, flags: u32 }), struct({ params: typedParameters(2048) })),
  domainGetFsinfo: read(349, struct({ dom: domain, flags: u32 }), struct({ info: array(filesystem, 256), ret: u32 })),
  domainFsfreeze: mutation(335, struct({ dom: domain, mountpoints: array(string, 256), flags: u32 }), struct({ filesystems: i32 })),
  domainFsthaw: mutation(336, struct({ dom: domain, mountpoints: array(string, 256), flags: u32 }), struct({ filesystems: i32 })),
  domainFstrim: mutation(294, struct({ dom: domain, mountPoint: optional(string), minimum: u64, flags: u32 }), nothing),
  domainSetTime: mutation(338, struct({ dom: domain, seconds: i64, nseconds: u32, flags: u32 }), nothing),
  domainGetTime: read(337, struct({ dom: domain, flags: u32 }), struct({ seconds: i64, nseconds: u32 })),
  domainMemoryPeek: read(104, struct({ dom: domain, offset: u64, size: u32, flags: u32 }), struct({ buffer: opaque(PEEK_MAX) })),
  domainGetCpuStats: read(
    262,
    struct({ dom: domain, nparams: u32, startCpu: i32, ncpus: u32, flags: u32 }),
    struct({ params: typedParameters(2048), nparams: i32 }),
  ),
  domainGetPerfEvents: read(365, struct({ dom: domain, flags: u32 }), struct({ params: typedParameters(64) })),
  domainSetPerfEvents: mutation(366, struct({ dom: domain, params: typedParameters(64), flags: u32 }), nothing),
  domainAgentSetResponseTimeout: mutation(420, struct({ dom: domain, timeout: i32, flags: u32 }), struct({ result: i32 })),
  domainAuthorizedSshKeysGet: read(424, struct({ dom: domain, user: string, flags: u32 }), struct({ keys: array(string, 2048) })),
  domainAuthorizedSshKeysSet: mutation(425, struct({ dom: domain, user: string, keys: array(string, 2048), flags: u32 }), nothing),
};
