import { named } from './procedure.ts';
import { connection } from './remote/connection.ts';
import { domains } from './remote/domain.ts';
import { domainDevices } from './remote/domain-devices.ts';
import { domainDisks } from './remote/domain-disks.ts';
import { domainMigration } from './remote/domain-migration.ts';
import { domainSaves } from './remote/domain-saves.ts';
import { domainStatistics } from './remote/domain-statistics.ts';
import { eventRegistration } from './remote/event-registration.ts';
import { hostInterfaces } from './remote/host-interface.ts';
import { networks } from './remote/network.ts';
import { nodeDevices } from './remote/node-device.ts';
import { nwfilters } from './remote/nwfilter.ts';
import { secrets } from './remote/secret.ts';
import { storage } from './remote/storage.ts';
import { superseded } from './remote/superseded.ts';

/**
 * Procedures of the program "remote", by their numbers in libvirt's src/remote/remote_protocol.x (11.3.0; never renumbered). A read may be
 * given up and asked again; a mutation may have happened when no answer came. Left out is what passes file descriptors, which Node cannot:
 * domainOpenGraphics (249), domainOpenGraphicsFd (343), domainCreateXmlWithFiles (309), domainCreateWithFiles (310), domainFdAssociate (443).
 * `needResults`: 1, or the list is empty. "Two-step" calls are made with nparams 0 for the number first, and with the flag
 * TYPED_PARAM_STRING_OKAY (4), or parameters that are strings are left out.
 */
export const remote = named({
  ...connection,
  ...domains,
  ...domainDevices,
  ...domainStatistics,
  ...domainDisks,
  ...domainSaves,
  ...domainMigration,
  ...storage,
  ...networks,
  ...hostInterfaces,
  ...nwfilters,
  ...nodeDevices,
  ...secrets,
  ...eventRegistration,
  ...superseded,
});
