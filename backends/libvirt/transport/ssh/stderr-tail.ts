const KEPT = 4096;

/** The end of what a program wrote to its standard error, however much that is. */
export class StderrTail {
  #text = '';
  #said = '';

  push(chunk: Uint8Array): void {
    const text = Buffer.from(chunk).toString('utf8');
    this.#text = (this.#text + text).slice(-KEPT);
    this.#said = (this.#said + text).slice(-KEPT);
  }

  get text(): string {
    return this.#text;
  }

  /** What came since it was asked last. */
  takeNew(): string {
    const said = this.#said;
    this.#said = '';
    return said;
  }
}
