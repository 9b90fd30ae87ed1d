import type { Note, Operation } from '../../backends/backend.ts';
import type { Product } from '../../backends/model/product.ts';

const note: Note = { made: async () => undefined, gone: async () => undefined };

/** An operation that tells nobody anything, is never cancelled and writes nothing down, but for what is given. */
export function quietOperation(more: Partial<Operation> = {}): Operation {
  return { report: () => undefined, signal: new AbortController().signal, making: async () => note, ...more };
}

/** The same with the notes that it takes: of each product whether it was "making", "made" or "gone" last. */
export function notedOperation(more: Partial<Operation> = {}): { operation: Operation; notes: { product: Product; state: string }[] } {
  const notes: { product: Product; state: string }[] = [];
  const making = async (product: Product): Promise<Note> => {
    const line = { product, state: 'making' };
    notes.push(line);
    return {
      made: async () => void (line.state = 'made'),
      gone: async () => void (line.state = 'gone'),
    };
  };
  return { operation: quietOperation({ making, ...more }), notes };
}
