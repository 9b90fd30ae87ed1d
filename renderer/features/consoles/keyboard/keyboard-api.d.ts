/** Chromium's own (WICG Keyboard Lock and Keyboard Map); absent where the page is not secure. */
interface KeyboardApi {
  /** With no `codes`: every key. In force while the page itself fills the screen. */
  lock(codes?: readonly string[]): Promise<void>;
  unlock(): void;
  /** What the writing keys make without a modifier, by KeyboardEvent.code. */
  getLayoutMap(): Promise<Iterable<readonly [string, string]>>;
}

interface Navigator {
  readonly keyboard?: KeyboardApi;
}
