import { z } from 'zod';

/** Linux takes 64 bytes as a host's name; one label of RFC 1123 after another. */
export const HostName = z
  .string()
  .max(64)
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i,
    'Letters, digits and hyphens, in parts with dots between',
  );

/** As useradd takes it by default (shadow-utils, chkname.c). */
export const UserName = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,30}$/, 'Begin with a small letter; then small letters, digits, _ and - (at most 31)');

/** As crypt(5) has a password hashed by SHA-512. */
export const PasswordHash = z.string().regex(/^\$6\$(rounds=\d{4,9}\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{86}$/);

/** One line of an authorized_keys file, without options (sshd(8)). */
export const PublicKey = z
  .string()
  .max(16_384)
  .regex(
    /^(ssh-(ed25519|rsa|dss)|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com) [A-Za-z0-9+/]+={0,2}( [^\p{C}]*)?$/u,
    'This is no public key of ssh',
  );

const PackageName = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9@][A-Za-z0-9 ._+:@/-]*$/, 'This is no name of a package');

/** What a cloud image is told at its first start. The password never stands here in clear. */
export const CloudInit = z.strictObject({
  hostname: HostName.nullable(),
  /** Null: as the image has it. */
  user: z.strictObject({ name: UserName, passwordHash: PasswordHash.nullable(), keys: z.array(PublicKey).max(64) }).nullable(),
  packages: z.array(PackageName).max(256),
  /** The person's own cloud-config (YAML). What it says goes before all above. */
  own: z.string().max(65_536).nullable(),
});
export type CloudInit = z.infer<typeof CloudInit>;

/** The documents as they are written, and what stands against the person's own one. */
export const CloudInitPreview = z.strictObject({
  userData: z.string(),
  metaData: z.string(),
  problems: z.array(z.strictObject({ line: z.number().int().positive().nullable(), message: z.string() })),
});
export type CloudInitPreview = z.infer<typeof CloudInitPreview>;

/** A public key on this computer. */
export const SshKey = z.strictObject({
  /** Of its file. */
  name: z.string(),
  /** As ssh calls it: ssh-ed25519. */
  type: z.string(),
  comment: z.string(),
  /** As ssh-keygen -l shows it: SHA256:… */
  fingerprint: z.string(),
  line: PublicKey,
});
export type SshKey = z.infer<typeof SshKey>;
