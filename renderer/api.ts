import './without-eval.ts';
import { createClient } from '#contract/client';
import { contract } from '#contract/contract';

/** Everything this window can ask of main. Answers are parsed only in development: both ends ship together. */
export const api = createClient(contract, window.guesthouse, import.meta.env.DEV);
