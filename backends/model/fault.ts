import { z } from 'zod';

/**
 * Every way in which something asked of Guesthouse can fail. Closed: the window switches on it, so a new code is a new case everywhere.
 * What a person reads is `Fault.message`; no code ever compares messages.
 */
export const FaultCode = z.enum([
  // The message itself was refused, before anything was done.
  'bad-sender',
  'bad-role',
  'bad-input',
  'bad-name',
  'bad-token',
  'bad-file',
  'bad-uri',
  'too-large',
  'unknown-call',
  'busy',
  // The road to the host.
  'daemon-missing',
  'unreachable',
  'permission',
  'auth-needed',
  'auth-failed',
  'auth-cancelled',
  'auth-no-agent',
  'untrusted',
  'insecure',
  'connection-lost',
  'not-connected',
  'protocol',
  'timeout',
  'outcome-unknown',
  // The host's own answer.
  'not-found',
  'exists',
  'invalid-state',
  'invalid-definition',
  'unsupported',
  'no-space',
  'no-kvm',
  'network-inactive',
  'pool-inactive',
  'in-use',
  // Somebody else changed it meanwhile; nothing was done.
  'conflict',
  'console-busy',
  'guest-agent',
  'cancelled',
  'internal',
]);
export type FaultCode = z.infer<typeof FaultCode>;

/** An error as a person reads it: what happened, why, and what to do next. */
export const Fault = z.strictObject({
  code: FaultCode,
  message: z.string(),
  reason: z.string().nullable(),
  remedy: z.string().nullable(),
});
export type Fault = z.infer<typeof Fault>;
