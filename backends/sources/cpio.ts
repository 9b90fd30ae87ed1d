const MAGIC = '070701';
const pad = (length: number): Buffer => Buffer.alloc((4 - (length % 4)) % 4);

/**
 * Files as an archive that a kernel unpacks over its first file system when it stands behind it (Linux: Documentation/driver-api/early-userspace/
 * buffer-format.rst, "newc"). All belong to root, who alone may read them.
 */
export function cpioOf(files: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(files).map(([name, text], index) => entryOf(name, Buffer.from(text), index + 1, 0o100600));
  return Buffer.concat([...entries, entryOf('TRAILER!!!', Buffer.alloc(0), 0, 0)]);
}

function entryOf(name: string, content: Buffer, inode: number, mode: number): Buffer {
  const path = Buffer.from(`${name}\0`);
  const [owner, links, time] = [0, 1, 0];
  const fields = [inode, mode, owner, owner, links, time, content.length, 0, 0, 0, 0, path.length, 0];
  const header = Buffer.from(MAGIC + fields.map((field) => field.toString(16).padStart(8, '0')).join(''));
  return Buffer.concat([header, path, pad(header.length + path.length), content, pad(content.length)]);
}
