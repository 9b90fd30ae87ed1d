import type { DefinitionOutcome } from '#model/definition';
import { toast } from '../../ui/toasts.ts';

/** What came of a definition, where it is not simply what was wished. */
export function tellOutcome({ outcome }: DefinitionOutcome): void {
  switch (outcome) {
    case 'defined':
      return toast({ variant: 'success', title: 'The definition is changed' });
    case 'ignored':
      return toast({
        variant: 'warning',
        title: 'The host took the definition, and nothing of the change is in what it has now',
        body: 'Its schema may say why: apply it once more and let the host check it.',
      });
    case 'overtook':
      return toast({
        variant: 'warning',
        title: 'Somebody else defined the guest at the same moment',
        body: 'Yours took the place of theirs. Look at the history, and ask them.',
      });
  }
}
