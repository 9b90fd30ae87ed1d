/** A display wants a password, or another one. It ends the connection with that; who has a password begins anew. Never leaves this room. */
export class PasswordRefused extends Error {
  override readonly name = 'PasswordRefused';
  /** The display's own words. */
  readonly reason: string | null;

  constructor(reason: string | null = null) {
    super('The display does not take this password.');
    this.reason = reason;
  }
}
