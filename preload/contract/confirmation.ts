import { z } from 'zod';
import { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import { call } from './define.ts';

/** Spoken only by the window in which main asks a question. Which question it is follows from the window. */
export const confirmation = {
  read: call(z.strictObject({}), Confirmation, 'confirmation'),
  answer: call(ConfirmationAnswer, z.void(), 'confirmation'),
};
