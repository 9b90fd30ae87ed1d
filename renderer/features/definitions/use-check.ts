import { useCallback } from 'react';
import type { CodeProblem } from '../../ui/code-editor.tsx';
import { firstFlaw } from './well-formed.ts';

/** What is wrong with the text: where it stops being XML, else what was refused of just this text. */
export function useCheck(text: string, refused: CodeProblem | null): (checked: string) => Promise<readonly CodeProblem[]> {
  const refusedText = refused === null ? null : text;
  const line = refused?.line ?? null;
  const message = refused?.message ?? '';
  return useCallback(
    async (checked: string) => {
      const flaw = await firstFlaw(checked);
      if (flaw !== null) return [flaw];
      return line !== null && checked === refusedText ? [{ line, column: null, message }] : [];
    },
    [refusedText, line, message],
  );
}
