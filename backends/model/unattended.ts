import { z } from 'zod';
import { HostName, UserName } from './cloud-init.ts';

/** A way to have a system install itself, as osinfo-db offers it, or as we make it (autoinstall). */
export const InstallScript = z.strictObject({
  id: z.string(),
  kind: z.enum(['kickstart', 'preseed', 'autoyast', 'answer-file', 'autoinstall']),
  /** What is installed: only the base, or a desktop. */
  profile: z.enum(['jeos', 'desktop']),
});
export type InstallScript = z.infer<typeof InstallScript>;

const line = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{C}]*$/u, 'No line breaks or control characters');

/** The answers. The passwords stand in clear, since most installers want them so: this is never written to a log, a journal or a draft. */
export const UnattendedWish = z.strictObject({
  os: z.string().max(512),
  script: z.string().max(512),
  hostname: HostName,
  user: z.strictObject({ name: UserName, fullName: line(128), password: line(128).min(1) }),
  rootPassword: line(128).min(1).nullable(),
  /** As C.UTF-8's siblings: en_US. */
  language: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/),
  keyboard: z.string().regex(/^[a-z]{2,3}(-[a-z0-9]+)?$/),
  timezone: z.string().regex(/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+){0,2}$/),
  /** Windows only. */
  productKey: z
    .string()
    .regex(/^[A-Z0-9]{5}(-[A-Z0-9]{5}){4}$/)
    .nullable(),
});
export type UnattendedWish = z.infer<typeof UnattendedWish>;
