import { z } from 'zod';
import { HostId } from '#model/host';
import { NotedProduct, type Remnant } from '#model/product';
import { Instant } from '#model/quantity';
import { ProcessMark } from './process-mark.ts';

/** What is written: one file an operation. */
export const recordVersion = 1;

export const NotedEntry = NotedProduct.extend({
  /** "device:inode" of a file of this computer that was made. */
  identity: z.string().max(64).nullable(),
});
export type NotedEntry = z.infer<typeof NotedEntry>;

export const OperationRecord = z.strictObject({
  version: z.literal(recordVersion),
  id: z.uuid(),
  title: z.string().max(4096),
  host: HostId,
  /** As the person called the host then. */
  hostName: z.string().max(256),
  startedAt: Instant,
  owner: ProcessMark,
  /** In the order in which they were made. */
  entries: z.array(NotedEntry).max(1000),
});
export type OperationRecord = z.infer<typeof OperationRecord>;

/** A thing that an operation made, with what has become of it. */
export interface Trace {
  readonly entry: NotedEntry;
  readonly remnant: Remnant;
}

/** Where records are kept for the next start. */
export interface RecordShelf {
  /** The run of the program that writes now. */
  owner(): Promise<ProcessMark>;
  /** What runs that have ended left; and the names of files that cannot be used, each told once. */
  read(): Promise<{ records: OperationRecord[]; unusable: string[] }>;
  /** Resolves when it would outlive the computer's power. Rejects with 'permission', 'no-space' or 'internal'. */
  write(record: OperationRecord): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Files of this computer that operations make. */
export interface OwnFiles {
  /** "device:inode"; null: there is no file. Rejects where that cannot be told. */
  identify(path: string): Promise<string | null>;
  remove(path: string): Promise<void>;
}
