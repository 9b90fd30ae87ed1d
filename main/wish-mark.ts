import { createHmac, randomBytes } from 'node:crypto';

const key = randomBytes(32);

/**
 * Tells one wish from another without keeping it: a wish may hold a password that was typed, and is remembered for long after it was carried
 * out. Keyed, so that the password cannot be guessed from it either.
 */
export const wishMark = (wish: string): string => createHmac('sha256', key).update(wish).digest('base64');
