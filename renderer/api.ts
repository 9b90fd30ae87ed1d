import { z } from 'zod';
import { createClient } from '#contract/client';
import { contract } from '#contract/contract';

// zod would otherwise try whether it may compile code; the page's CSP forbids that and would report it.
z.config({ jitless: true });

/** Everything this window can ask of main. Answers are parsed only in development: both ends ship together. */
export const api = createClient(contract, window.guesthouse, import.meta.env.DEV);
