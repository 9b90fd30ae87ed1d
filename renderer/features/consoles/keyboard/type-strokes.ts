import type { Key } from '../screen.ts';
import type { TypingPlan } from './typing-plan.ts';

interface TypingRun {
  readonly characters: TypingPlan['characters'];
  /** Strokes a second. Firmware reads its keyboard about a hundred times a second, and its buffer holds fifteen strokes. */
  readonly pace: number;
  readonly press: (keys: readonly Key[]) => void;
  /** Told after each character how many were typed. */
  readonly onTyped: (count: number) => void;
  readonly signal: AbortSignal;
}

/** Types one character after the other. Resolves when the last one is typed, or when `signal` ends it between two characters. */
export async function typeStrokes({ characters, pace, press, onTyped, signal }: TypingRun): Promise<void> {
  let typed = 0;
  for (const strokes of characters) {
    for (const stroke of strokes) {
      if (signal.aborted) return;
      press(stroke);
      await new Promise((resolve) => setTimeout(resolve, 1000 / pace));
    }
    typed += 1;
    onTyped(typed);
  }
}
