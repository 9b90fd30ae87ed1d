import { i32, u32, u64, nothing, opaque, optional, struct } from '../../xdr/codec.ts';
import { COOKIE_MAX, domain, string } from '../objects.ts';
import { mutation, read } from '../procedure.ts';
import { typedParameters } from '../typed-parameter.ts';

/** Domains: migration. Without peer to peer it is five calls in this order, over the connections of both hosts; the cookies go from each to the next. */
export const domainMigration = {
  domainMigrateBegin3Params: mutation(
    302,
    struct({ dom: domain, params: typedParameters(64), flags: u32 }),
    struct({ cookieOut: opaque(COOKIE_MAX), xml: string }),
  ),
  domainMigratePrepare3Params: mutation(
    303,
    struct({ params: typedParameters(64), cookieIn: opaque(COOKIE_MAX), flags: u32 }),
    struct({ cookieOut: opaque(COOKIE_MAX), uriOut: optional(string) }),
  ),
  domainMigratePerform3Params: mutation(
    305,
    struct({ dom: domain, dconnuri: optional(string), params: typedParameters(64), cookieIn: opaque(COOKIE_MAX), flags: u32 }),
    struct({ cookieOut: opaque(COOKIE_MAX) }),
  ),
  domainMigrateFinish3Params: mutation(
    306,
    struct({ params: typedParameters(64), cookieIn: opaque(COOKIE_MAX), flags: u32, cancelled: i32 }),
    struct({ dom: domain, cookieOut: opaque(COOKIE_MAX) }),
  ),
  domainMigrateConfirm3Params: mutation(
    307,
    struct({ dom: domain, params: typedParameters(64), cookieIn: opaque(COOKIE_MAX), flags: u32, cancelled: i32 }),
    nothing,
  ),
  domainMigrateSetMaxDowntime: mutation(166, struct({ dom: domain, downtime: u64, flags: u32 }), nothing),
  domainMigrateSetMaxSpeed: mutation(207, struct({ dom: domain, bandwidth: u64, flags: u32 }), nothing),
  domainMigrateStartPostCopy: mutation(364, struct({ dom: domain, flags: u32 }), nothing),
  domainMigrateGetMaxSpeed: read(242, struct({ dom: domain, flags: u32 }), struct({ bandwidth: u64 })),
  domainMigrateGetCompressionCache: read(299, struct({ dom: domain, flags: u32 }), struct({ cacheSize: u64 })),
  domainMigrateSetCompressionCache: mutation(300, struct({ dom: domain, cacheSize: u64, flags: u32 }), nothing),
  domainMigratePrepareTunnel3Params: mutation(
    304,
    struct({ params: typedParameters(64), cookieIn: opaque(COOKIE_MAX), flags: u32 }),
    struct({ cookieOut: opaque(COOKIE_MAX) }),
  ),
  domainMigrateGetMaxDowntime: read(387, struct({ dom: domain, flags: u32 }), struct({ downtime: u64 })),
};
