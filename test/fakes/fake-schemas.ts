import type { Schemas } from '../../main/schemas/schemas.ts';

/** A schema of three elements, in which nobody may be called “nonsense”. */
export const fakeSchemas: Schemas = {
  propose: async ({ path, attribute }) => {
    if (attribute !== null) return { elements: [], attributes: [], values: ['cdrom', 'disk'] };
    return path.at(-1) === 'disk'
      ? { elements: ['source', 'target'], attributes: ['device', 'type'], values: [] }
      : { elements: ['disk', 'title', 'watchdog'], attributes: [], values: [] };
  },
  check: async ({ text, within }) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        line.includes('<nonsense') ? [{ line: index + 1, message: `<nonsense> has no place in <${within.at(-1) ?? 'domain'}>.` }] : [],
      ),
};
