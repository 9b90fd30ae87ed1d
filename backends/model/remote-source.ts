import { z } from 'zod';
import { OperatingSystem } from './guest-spec.ts';
import { Bytes } from './quantity.ts';
import { WebAddress } from './web-address.ts';

/** A file as its server describes it. `size` null: the server does not say. */
export const RemoteFile = z.strictObject({ url: WebAddress, name: z.string(), size: Bytes.nullable(), resumable: z.boolean() });
export type RemoteFile = z.infer<typeof RemoteFile>;

/** A folder on the web from which a system installs itself. `kernel` and `initrd` are addresses. */
export const InstallTree = z.strictObject({
  url: WebAddress,
  os: OperatingSystem.nullable(),
  /** As the tree calls itself: Fedora 42 Everything; its address where it does not. */
  name: z.string(),
  arch: z.string().nullable(),
  kernel: WebAddress,
  initrd: WebAddress,
  /** What the installer's kernel must be told to find the tree again. */
  arguments: z.string(),
});
export type InstallTree = z.infer<typeof InstallTree>;

/** What lies at an address. */
export const RecognisedSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tree'), tree: InstallTree }),
  z.strictObject({ kind: z.enum(['iso', 'image']), file: RemoteFile, os: OperatingSystem.nullable() }),
]);
export type RecognisedSource = z.infer<typeof RecognisedSource>;
