import { z } from 'zod';
import { Task } from '#model/task';
import { call, event } from './define.ts';

export const tasks = {
  list: call(z.strictObject({}), z.array(Task)),
  cancel: call(z.strictObject({ task: z.string().min(1).max(64) }), z.void()),
  changed: event(Task),
};
