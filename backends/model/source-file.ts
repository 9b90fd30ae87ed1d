import { z } from 'zod';

/** What a person is asked to choose, so that the dialog shows the files that may be it. */
export const SourceFile = z.enum(['iso', 'disk', 'appliance', 'root-folder', 'root-archive']);
export type SourceFile = z.infer<typeof SourceFile>;
