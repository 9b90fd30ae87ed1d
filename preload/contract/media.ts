import { z } from 'zod';
import { Media } from '#model/guest-spec';
import { call } from './define.ts';

export const media = {
  /** Main's file dialog. The window gets a token, never the path: one use, this window only, for ten minutes. Null: cancelled. */
  choose: call(z.strictObject({}), z.strictObject({ token: z.uuid(), media: Media }).nullable()),
};
