import { z } from 'zod';
import { RecentUse } from '#model/recent-medium';
import { Bytes, Instant } from '#model/quantity';
import { WebAddress } from '#model/web-address';
import { type KeptFile, openKeptFile } from './kept-file.ts';

const common = { id: z.uuid(), use: RecentUse, usedAt: Instant };

/** As it is written down: with the path, which stays in main. */
const KeptMedium = z.discriminatedUnion('kind', [
  z.object({ ...common, kind: z.literal('file'), path: z.string().regex(/^\//).max(4096), size: Bytes }),
  z.object({ ...common, kind: z.literal('address'), url: WebAddress }),
]);
export type KeptMedium = z.infer<typeof KeptMedium>;

const MediaFile = z.object({ version: z.literal(1), media: z.array(z.unknown()).max(1000) });

/** What guests were made from last. An entry that cannot be read, of a later release for example, is passed over. */
export function openRecentMedia(file: string, log: (line: string) => void): KeptFile<readonly KeptMedium[]> {
  return openKeptFile<readonly KeptMedium[]>({
    file,
    parse: (content) =>
      MediaFile.parse(content).media.flatMap((raw) => {
        const { data } = KeptMedium.safeParse(raw);
        return data ?? [];
      }),
    format: (media) => ({ version: 1, media }),
    otherwise: [],
    notSaved: 'The list of recent media could not be saved.',
    log,
  });
}
