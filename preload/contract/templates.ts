import { z } from 'zod';
import { GuestTemplate, TemplateName } from '#model/guest-template';
import { call } from './define.ts';

export const templates = {
  /** By name. */
  list: call(z.strictObject({}), z.array(GuestTemplate)),
  /** Main asks before one of the same name is replaced ('cancelled' when the person says no). */
  save: call(GuestTemplate, z.void()),
  /** Main asks first. */
  remove: call(z.strictObject({ name: TemplateName }), z.void()),
};
