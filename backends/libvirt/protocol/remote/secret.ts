import { array, i32, u32, nothing, opaque, struct } from '../../xdr/codec.ts';
import { LIST_MAX, secret, SECRET_MAX, string, uuid } from '../objects.ts';
import { mutation, read } from '../procedure.ts';

/** Secrets: passphrases of encrypted volumes and of remote storage. */
export const secrets = {
  connectListAllSecrets: read(287, struct({ needResults: i32, flags: u32 }), struct({ secrets: array(secret, LIST_MAX), ret: u32 })),
  secretLookupByUuid: read(141, struct({ uuid }), struct({ secret })),
  secretLookupByUsage: read(147, struct({ usageType: i32, usageId: string }), struct({ secret })),
  secretDefineXml: mutation(142, struct({ xml: string, flags: u32 }), struct({ secret })),
  secretSetValue: mutation(144, struct({ secret, value: opaque(SECRET_MAX), flags: u32 }), nothing),
  secretGetValue: read(145, struct({ secret, flags: u32 }), struct({ value: opaque(SECRET_MAX) })),
  secretGetXmlDesc: read(143, struct({ secret, flags: u32 }), struct({ xml: string })),
  secretUndefine: mutation(146, struct({ secret }), nothing),
};
