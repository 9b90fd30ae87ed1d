import { array, i32, u32, u64, nothing, opaque, optional, struct } from '../../xdr/codec.ts';
import { diskError, domain, PEEK_MAX, string } from '../objects.ts';
import { mutation, read } from '../procedure.ts';
import { typedParameters } from '../typed-parameter.ts';

/** Domains: disks and the jobs on them. A path is a disk's target ("vda") or its source. */
export const domainDisks = {
  domainBlockStatsFlags: read(
    243,
    struct({ dom: domain, path: string, nparams: i32, flags: u32 }),
    struct({ params: typedParameters(16), nparams: i32 }),
  ),
  domainGetBlockInfo: read(
    194,
    struct({ dom: domain, path: string, flags: u32 }),
    struct({ allocation: u64, capacity: u64, physical: u64 }),
  ),
  domainBlockResize: mutation(251, struct({ dom: domain, disk: string, size: u64, flags: u32 }), nothing),
  domainBlockPull: mutation(240, struct({ dom: domain, path: string, bandwidth: u64, flags: u32 }), nothing),
  domainBlockCommit: mutation(
    290,
    struct({ dom: domain, disk: string, base: optional(string), top: optional(string), bandwidth: u64, flags: u32 }),
    nothing,
  ),
  domainBlockCopy: mutation(345, struct({ dom: domain, path: string, destxml: string, params: typedParameters(16), flags: u32 }), nothing),
  domainGetBlockJobInfo: read(
    238,
    struct({ dom: domain, path: string, flags: u32 }),
    struct({ found: i32, type: i32, bandwidth: u64, cur: u64, end: u64 }),
  ),
  domainBlockJobAbort: mutation(237, struct({ dom: domain, path: string, flags: u32 }), nothing),
  domainBlockJobSetSpeed: mutation(239, struct({ dom: domain, path: string, bandwidth: u64, flags: u32 }), nothing),
  domainGetBlockIoTune: read(
    253,
    struct({ dom: domain, disk: optional(string), nparams: i32, flags: u32 }),
    struct({ params: typedParameters(32), nparams: i32 }),
  ),
  domainSetBlockIoTune: mutation(252, struct({ dom: domain, disk: string, params: typedParameters(32), flags: u32 }), nothing),
  domainGetDiskErrors: read(
    263,
    struct({ dom: domain, maxerrors: u32, flags: u32 }),
    struct({ errors: array(diskError, 256), nerrors: i32 }),
  ),
  domainBlockPeek: read(
    103,
    struct({ dom: domain, path: string, offset: u64, size: u32, flags: u32 }),
    struct({ buffer: opaque(PEEK_MAX) }),
  ),
  domainBlockRebase: mutation(266, struct({ dom: domain, path: string, base: optional(string), bandwidth: u64, flags: u32 }), nothing),
  domainSetBlockThreshold: mutation(386, struct({ dom: domain, dev: string, threshold: u64, flags: u32 }), nothing),
  domainSetThrottleGroup: mutation(451, struct({ dom: domain, group: string, params: typedParameters(32), flags: u32 }), nothing),
  domainDelThrottleGroup: mutation(452, struct({ dom: domain, group: optional(string), flags: u32 }), nothing),
};
