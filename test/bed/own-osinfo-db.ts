import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** `osinfo-db-import --local` unpacks such files into a folder; OSINFO_LOCAL_DIR names it. By their paths in it. */
export async function makeLocalOsinfo(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `<?xml version="1.0"?>\n<libosinfo version="0.0.1">${text}</libosinfo>\n`);
  }
}
