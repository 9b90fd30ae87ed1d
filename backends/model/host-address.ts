import { z } from 'zod';

/** A name or an address: no brackets, no zone, nothing that a command line could take for an option. */
export const HostName = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9_:][A-Za-z0-9._:-]*$/);
/** As ssh takes it: Active Directory has "DOMAIN\me" and "me@realm". Nothing that would be an option or mean something to a shell. */
export const UserName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\s\p{C}@:/?#\\'"%-](?:[^\s\p{C}:/?#'"%]*[^\s\p{C}:/?#\\'"%])?$/u);
export const Port = z.number().int().min(1).max(65_535);

/** The kinds of guests a libvirt daemon may have; `test` is libvirt's own mock. */
export const LibvirtDriver = z.enum(['qemu', 'lxc', 'xen', 'vbox', 'ch', 'bhyve', 'vz', 'test']);
export type LibvirtDriver = z.infer<typeof LibvirtDriver>;

const Guests = { driver: LibvirtDriver, scope: z.enum(['system', 'session']) };
/** What cannot be seen cannot be said in a URI either. */
const path = z
  .string()
  .regex(/^\P{C}{1,4096}$/u)
  .nullable();

/**
 * How a host is reached, as a person enters it. `session` is the daemon of one user, `system` that of the machine. Paths are of this computer;
 * windows only show them. `uri` is everything that the other forms cannot say.
 */
export const HostAddress = z.discriminatedUnion('road', [
  z.strictObject({ road: z.literal('local'), ...Guests }),
  z.strictObject({ road: z.literal('ssh'), ...Guests, host: HostName, user: UserName.nullable(), port: Port.nullable(), keyFile: path }),
  /** `certificates`: the folder with cacert.pem, clientcert.pem and clientkey.pem; null where libvirt itself looks. */
  z.strictObject({ road: z.literal('tls'), driver: LibvirtDriver, host: HostName, port: Port.nullable(), certificates: path }),
  z.strictObject({ road: z.literal('tcp'), driver: LibvirtDriver, host: HostName, port: Port.nullable() }),
  z.strictObject({ road: z.literal('uri'), uri: z.string().max(4096) }),
]);
export type HostAddress = z.infer<typeof HostAddress>;
