import { userInfo } from 'node:os';
import type { Credentials } from './mechanism.ts';

/**
 * What a person typed to be let into one host, for as long as somebody is connected to it: its further connections ask nobody. It holds
 * nothing before a daemon has accepted it, and is never written anywhere.
 */
export class KnownLogin {
  /** For whom the question is put first. */
  readonly suggestion: string;
  accepted: Credentials | null = null;

  /** `user` as the host's address names one. */
  constructor(user: string | null) {
    this.suggestion = user ?? ownName();
  }
}

function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    // Whoever runs this has a number only.
    return '';
  }
}
