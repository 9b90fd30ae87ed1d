import { array, i32, u32, nothing, struct } from '../../xdr/codec.ts';
import { LIST_MAX, nwfilter, nwfilterBinding, string, uuid } from '../objects.ts';
import { mutation, read } from '../procedure.ts';

/** Network filters and what they are bound to. */
export const nwfilters = {
  connectListAllNwfilters: read(286, struct({ needResults: i32, flags: u32 }), struct({ filters: array(nwfilter, LIST_MAX), ret: u32 })),
  nwfilterLookupByName: read(175, struct({ name: string }), struct({ nwfilter })),
  nwfilterDefineXml: mutation(180, struct({ xml: string }), struct({ nwfilter })),
  nwfilterUndefine: mutation(181, struct({ nwfilter }), nothing),
  nwfilterGetXmlDesc: read(177, struct({ nwfilter, flags: u32 }), struct({ xml: string })),
  nwfilterLookupByUuid: read(176, struct({ uuid }), struct({ nwfilter })),
  nwfilterBindingLookupByPortDev: read(397, struct({ name: string }), struct({ nwfilter: nwfilterBinding })),
  nwfilterBindingGetXmlDesc: read(398, struct({ nwfilter: nwfilterBinding, flags: u32 }), struct({ xml: string })),
  nwfilterBindingCreateXml: mutation(399, struct({ xml: string, flags: u32 }), struct({ nwfilter: nwfilterBinding })),
  nwfilterBindingDelete: mutation(400, struct({ nwfilter: nwfilterBinding }), nothing),
  connectListAllNwfilterBindings: read(
    401,
    struct({ needResults: i32, flags: u32 }),
    struct({ bindings: array(nwfilterBinding, LIST_MAX), ret: u32 }),
  ),
  nwfilterDefineXmlFlags: mutation(431, struct({ xml: string, flags: u32 }), struct({ nwfilter })),
};
