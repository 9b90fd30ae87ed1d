import { useCallback } from 'react';
import type { SchemaKind } from '#model/schema';
import { api } from '../api.ts';
import type { CodeProblem } from '../ui/code-editor.tsx';
import { firstFlaw } from './well-formed.ts';

/**
 * What is wrong with the text: where it stops being XML, else what libvirt's schema has no place for, and what was refused of just this text.
 * `within`: the elements that a text which is part of a document stands in.
 */
export function useXmlCheck(
  kind: SchemaKind,
  text: string,
  refused: CodeProblem | null,
  within: readonly string[] = none,
): (checked: string) => Promise<readonly CodeProblem[]> {
  const refusedText = refused === null ? null : text;
  const line = refused?.line ?? null;
  const message = refused?.message ?? '';
  return useCallback(
    async (checked: string) => {
      const flaw = await firstFlaw(checked);
      if (flaw !== null) return [flaw];
      const own = line !== null && checked === refusedText ? [{ line, column: null, message, severity: 'error' as const }] : [];
      // The host's own schema may be newer than this computer's, and where main cannot be asked there is none: the host judges.
      const misplaced = await api.definitions.check({ kind, text: checked, within: [...within] }).catch(() => []);
      return [...own, ...misplaced.map((one) => ({ ...one, column: null, severity: 'warning' as const }))];
    },
    [kind, refusedText, line, message, within],
  );
}

const none: readonly string[] = [];
