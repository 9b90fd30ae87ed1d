import { z } from 'zod';
import { GuestTemplate, templateLimits } from '#model/guest-template';
import { type KeptFile, openKeptFile } from './kept-file.ts';

const TemplatesFile = z.object({
  version: z.literal(1),
  templates: z.array(z.unknown()).transform((templates) => templates.slice(0, templateLimits.count)),
});

/** The person's templates of guests. One that cannot be read, of a later release for example, is passed over. */
export function openTemplates(file: string, log: (line: string) => void): KeptFile<readonly GuestTemplate[]> {
  return openKeptFile<readonly GuestTemplate[]>({
    file,
    parse: (content) =>
      TemplatesFile.parse(content).templates.flatMap((raw) => {
        const { data } = GuestTemplate.safeParse(raw);
        if (data === undefined) log('Passed over a template that cannot be read');
        return data ?? [];
      }),
    format: (templates) => ({ version: 1, templates }),
    otherwise: [],
    notSaved: 'The template could not be saved.',
    log,
  });
}
