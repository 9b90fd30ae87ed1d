/** The bytes or the value do not fit the declared type. */
export class XdrError extends Error {
  override readonly name = 'XdrError';
}
