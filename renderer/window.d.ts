import type { Bridge } from '#contract/define';

declare global {
  interface Window {
    /** What the preload exposes; the only way out of this page. */
    readonly guesthouse: Bridge;
  }
}
