import { useEffect, useRef, useState } from 'react';
import type { Screen } from '../screen.ts';
import { typeStrokes } from './type-strokes.ts';
import type { TypingPlan } from './typing-plan.ts';

interface TypingState {
  readonly state: 'idle' | 'typing' | 'stopped';
  readonly typed: number;
  readonly total: number;
}

interface Typing extends TypingState {
  /** Resolves to whether all of it was typed. `pace`: strokes a second. */
  begin(characters: TypingPlan['characters'], pace: number): Promise<boolean>;
  stop(): void;
}

const idle: TypingState = { state: 'idle', typed: 0, total: 0 };

/** Types on one screen. Stops with it, when it takes no more keys, and when the component goes. */
export function useTyping(screen: Screen | null, canType: boolean): Typing {
  const [state, setState] = useState(idle);
  const run = useRef<AbortController>(null);
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- their end is what the effect is for
  useEffect(() => () => run.current?.abort(), [screen, canType]);
  return {
    ...state,
    stop: () => run.current?.abort(),
    begin: async (characters, pace) => {
      if (screen === null) return false;
      const over = new AbortController();
      run.current = over;
      setState({ state: 'typing', typed: 0, total: characters.length });
      const onTyped = (typed: number): void => setState((before) => ({ ...before, typed }));
      await typeStrokes({ characters, pace, press: (keys) => screen.pressKeys(keys), onTyped, signal: over.signal });
      setState((before) => ({ ...before, state: over.signal.aborted ? 'stopped' : 'idle' }));
      return !over.signal.aborted;
    },
  };
}
