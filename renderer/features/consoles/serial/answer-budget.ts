/** Answers a second, and until the person types again: an honest program asks once when it starts or the window changes. */
const A_SECOND = 100;
const UNTIL_TYPED = 10_000;

/** How often a terminal may answer a guest's questions by itself. What it answers waits in the window until the guest reads it. */
export interface AnswerBudget {
  /** Whether one more question is answered. */
  take(): boolean;
  /** The person pressed a key: somebody is there who would see what is going on. */
  typed(): void;
}

/** `now` in milliseconds, never going back. */
export function createAnswerBudget(now: () => number = () => performance.now()): AnswerBudget {
  let second = -1;
  let inSecond = 0;
  let sinceTyped = 0;
  return {
    take: () => {
      const current = Math.floor(now() / 1000);
      if (current !== second) {
        second = current;
        inSecond = 0;
      }
      if (inSecond >= A_SECOND || sinceTyped >= UNTIL_TYPED) return false;
      inSecond += 1;
      sinceTyped += 1;
      return true;
    },
    typed: () => {
      sinceTyped = 0;
    },
  };
}
