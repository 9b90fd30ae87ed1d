import { z } from 'zod';

/** What a file must sum up to, in lower-case hexadecimal digits. */
export const Checksum = z.discriminatedUnion('algorithm', [
  z.strictObject({ algorithm: z.literal('sha256'), value: z.string().regex(/^[0-9a-f]{64}$/, 'A SHA-256 sum has 64 hexadecimal digits') }),
  z.strictObject({
    algorithm: z.literal('sha512'),
    value: z.string().regex(/^[0-9a-f]{128}$/, 'A SHA-512 sum has 128 hexadecimal digits'),
  }),
]);
export type Checksum = z.infer<typeof Checksum>;

/** Of pasted text: its length tells which it is. Null for anything else. */
export function checksumOf(text: string): Checksum | null {
  const value = text.trim().toLowerCase();
  const parsed = Checksum.safeParse({ algorithm: value.length === 64 ? 'sha256' : 'sha512', value });
  return parsed.success ? parsed.data : null;
}

/** A sum that the file's own server publishes beside it. Whoever can change the file there can change the sum too; no signature is checked. */
export const PublishedChecksum = z.strictObject({ checksum: Checksum, from: z.string() });
export type PublishedChecksum = z.infer<typeof PublishedChecksum>;
