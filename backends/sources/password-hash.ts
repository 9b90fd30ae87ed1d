import { encrypt } from 'unixcrypt';

/** By SHA-512 crypt (crypt(5)), as every Linux takes it, with a salt of its own. */
export const hashPassword = (password: string): string => encrypt(password);
