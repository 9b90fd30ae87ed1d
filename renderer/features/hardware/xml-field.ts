import type { FieldOf } from '#model/hardware-field';

/** The device's own definition as a form's only field, so that its draft is kept and compared like every other. */
export const xmlField: FieldOf<'text'> = {
  key: 'xml',
  kind: 'text',
  label: 'Definition',
  help: null,
  section: null,
  advanced: false,
  when: [],
  unset: null,
  live: false,
  fixed: null,
  maxLength: 256 * 1024,
  pattern: null,
  lines: 20,
  suggestions: [],
  picks: null,
};
