import { array, i32, u32, u64, nothing, opaque, struct } from '../../xdr/codec.ts';
import { CPUMAP_MAX, CPUMAPS_MAX, domain, ioThread, LIST_MAX, securityLabel, string, vcpuInfo } from '../objects.ts';
import { mutation, read } from '../procedure.ts';
import { typedParameters } from '../typed-parameter.ts';

/** Domains: devices, CPUs, memory, and how the host shares itself out among them. */
export const domainDevices = {
  domainAttachDeviceFlags: mutation(160, struct({ dom: domain, xml: string, flags: u32 }), nothing),
  domainDetachDeviceFlags: mutation(161, struct({ dom: domain, xml: string, flags: u32 }), nothing),
  domainDetachDeviceAlias: mutation(392, struct({ dom: domain, alias: string, flags: u32 }), nothing),
  domainUpdateDeviceFlags: mutation(174, struct({ dom: domain, xml: string, flags: u32 }), nothing),
  domainSetVcpusFlags: mutation(199, struct({ dom: domain, nvcpus: u32, flags: u32 }), nothing),
  domainGetVcpusFlags: read(200, struct({ dom: domain, flags: u32 }), struct({ num: i32 })),
  domainGetVcpus: read(
    20,
    struct({ dom: domain, maxinfo: i32, maplen: i32 }),
    struct({ info: array(vcpuInfo, LIST_MAX), cpumaps: opaque(CPUMAPS_MAX) }),
  ),
  domainGetVcpuPinInfo: read(
    230,
    struct({ dom: domain, ncpumaps: i32, maplen: i32, flags: u32 }),
    struct({ cpumaps: opaque(CPUMAPS_MAX), num: i32 }),
  ),
  domainPinVcpuFlags: mutation(225, struct({ dom: domain, vcpu: u32, cpumap: opaque(CPUMAP_MAX), flags: u32 }), nothing),
  domainPinEmulator: mutation(279, struct({ dom: domain, cpumap: opaque(CPUMAP_MAX), flags: u32 }), nothing),
  domainSetVcpu: mutation(384, struct({ dom: domain, cpumap: string, state: i32, flags: u32 }), nothing),
  domainGetMaxVcpus: read(18, struct({ dom: domain }), struct({ num: i32 })),
  domainSetMemoryFlags: mutation(204, struct({ dom: domain, memory: u64, flags: u32 }), nothing),
  domainGetMaxMemory: read(17, struct({ dom: domain }), struct({ memory: u64 })),
  domainSetMemoryStatsPeriod: mutation(308, struct({ dom: domain, period: i32, flags: u32 }), nothing),
  domainGetSchedulerType: read(56, struct({ dom: domain }), struct({ type: string, nparams: i32 })),
  domainGetSchedulerParametersFlags: read(223, struct({ dom: domain, nparams: i32, flags: u32 }), struct({ params: typedParameters(16) })),
  domainSetSchedulerParametersFlags: mutation(219, struct({ dom: domain, params: typedParameters(16), flags: u32 }), nothing),
  domainGetMemoryParameters: read(
    198,
    struct({ dom: domain, nparams: i32, flags: u32 }),
    struct({ params: typedParameters(16), nparams: i32 }),
  ),
  domainSetMemoryParameters: mutation(197, struct({ dom: domain, params: typedParameters(16), flags: u32 }), nothing),
  domainGetNumaParameters: read(
    255,
    struct({ dom: domain, nparams: i32, flags: u32 }),
    struct({ params: typedParameters(16), nparams: i32 }),
  ),
  domainSetNumaParameters: mutation(254, struct({ dom: domain, params: typedParameters(16), flags: u32 }), nothing),
  domainGetBlkioParameters: read(
    206,
    struct({ dom: domain, nparams: i32, flags: u32 }),
    struct({ params: typedParameters(16), nparams: i32 }),
  ),
  domainSetBlkioParameters: mutation(205, struct({ dom: domain, params: typedParameters(16), flags: u32 }), nothing),
  domainGetIothreadInfo: read(351, struct({ dom: domain, flags: u32 }), struct({ info: array(ioThread, LIST_MAX), ret: u32 })),
  domainAddIothread: mutation(355, struct({ dom: domain, iothreadId: u32, flags: u32 }), nothing),
  domainDelIothread: mutation(356, struct({ dom: domain, iothreadId: u32, flags: u32 }), nothing),
  domainGetSecurityLabelList: read(278, struct({ dom: domain }), struct({ labels: array(securityLabel, 64), ret: i32 })),
  domainGetEmulatorPinInfo: read(280, struct({ dom: domain, maplen: i32, flags: u32 }), struct({ cpumaps: opaque(CPUMAPS_MAX), ret: i32 })),
  domainPinIothread: mutation(352, struct({ dom: domain, iothreadsId: u32, cpumap: opaque(CPUMAP_MAX), flags: u32 }), nothing),
  domainGetGuestVcpus: read(371, struct({ dom: domain, flags: u32 }), struct({ params: typedParameters(64) })),
  domainSetGuestVcpus: mutation(372, struct({ dom: domain, cpumap: string, state: i32, flags: u32 }), nothing),
  domainGetLaunchSecurityInfo: read(396, struct({ dom: domain, flags: u32 }), struct({ params: typedParameters(64) })),
  domainSetIothreadParams: mutation(402, struct({ dom: domain, iothreadId: u32, params: typedParameters(64), flags: u32 }), nothing),
  domainSetLaunchSecurityState: mutation(439, struct({ dom: domain, params: typedParameters(64), flags: u32 }), nothing),
};
