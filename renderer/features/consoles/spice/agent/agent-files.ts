import { BodyReader } from '../body-reader.ts';
import { BodyWriter } from '../body-writer.ts';
import { AgentType } from './agent-messages.ts';

/** VD_AGENT_FILE_XFER_STATUS_… */
const Status = { canSend: 0, cancelled: 1, error: 2, success: 3, noSpace: 4, sessionLocked: 5, notConnected: 6, disabled: 7 } as const;

const reasons: ReadonlyMap<number, string> = new Map([
  [Status.cancelled, 'The guest cancelled it.'],
  [Status.error, 'The guest could not write it.'],
  [Status.noSpace, 'The guest has not enough free space.'],
  [Status.sessionLocked, 'Nobody is logged in to the guest’s desktop, or it is locked.'],
  [Status.notConnected, 'Nobody is logged in to the guest’s desktop.'],
  [Status.disabled, 'The guest takes no files.'],
]);

const PIECE = 64 * 1024;
/** At once; more wait their turn. */
const MOST_AT_ONCE = 4;
/** In the list altogether: a dropped folder full of files is not for this. */
export const MOST_FILES = 100;

export type TransferState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'sending'; readonly sent: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly reason: string };

/** A file on its way into the guest; sizes in bytes. */
export interface FileTransfer {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly state: TransferState;
}

interface Entry {
  transfer: FileTransfer;
  readonly file: File;
  begun: boolean;
}

interface AgentFilesOptions {
  /** Resolves when it has left, to false if it never will. */
  readonly send: (type: number, data: Uint8Array) => Promise<boolean>;
  readonly changed: (transfers: readonly FileTransfer[]) => void;
}

/** Sends files that the person dropped into the guest. The guest can refuse one, and has no way to begin one. */
export class AgentFiles {
  readonly #options: AgentFilesOptions;
  readonly #entries = new Map<number, Entry>();
  #nextId = 1;

  constructor(options: AgentFilesOptions) {
    this.#options = options;
  }

  add(files: readonly File[]): void {
    for (const file of files.slice(0, MOST_FILES - this.#entries.size)) {
      const id = this.#nextId++;
      this.#entries.set(id, { transfer: { id, name: file.name, size: file.size, state: { kind: 'waiting' } }, file, begun: false });
    }
    this.#beginNext();
    this.#tell();
  }

  /** Ends one that is under way, or takes one that is over from the list. */
  remove(id: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    if (entry.begun && isUnderWay(entry)) void this.#options.send(AgentType.fileStatus, statusBody(id, Status.cancelled));
    this.#entries.delete(id);
    this.#beginNext();
    this.#tell();
  }

  /** The agent that took the files is gone. */
  abandon(): void {
    for (const entry of this.#entries.values()) {
      if (isUnderWay(entry)) this.#become(entry, { kind: 'failed', reason: 'The guest’s agent is gone.' });
    }
  }

  /** A FILE_XFER_STATUS. Throws SpiceError when it is too short. */
  receive(data: Uint8Array): void {
    const body = new BodyReader(data);
    const entry = this.#entries.get(body.u32());
    const status = body.u32();
    if (entry === undefined || !entry.begun || !isUnderWay(entry)) return;
    if (status === Status.canSend) {
      if (entry.transfer.state.kind === 'waiting') void this.#sendAll(entry);
      return;
    }
    this.#become(
      entry,
      status === Status.success ? { kind: 'done' } : { kind: 'failed', reason: reasons.get(status) ?? 'The guest refused it.' },
    );
  }

  async #sendAll(entry: Entry): Promise<void> {
    const { id, size } = entry.transfer;
    this.#become(entry, { kind: 'sending', sent: 0 });
    try {
      // One piece of nothing for an empty file, or the guest would wait for it.
      for (let at = 0; at === 0 || at < size; at += PIECE) {
        // oxlint-disable-next-line no-await-in-loop -- read no quicker than the guest takes it
        const piece = new Uint8Array(await entry.file.slice(at, at + PIECE).arrayBuffer());
        if (!isUnderWay(entry) || !this.#entries.has(id)) return;
        const data = new BodyWriter(12 + piece.byteLength).u32(id).u64(BigInt(piece.byteLength)).bytes(piece).done();
        // oxlint-disable-next-line no-await-in-loop -- as above
        if (!(await this.#options.send(AgentType.fileData, data))) return;
        if (isUnderWay(entry)) this.#become(entry, { kind: 'sending', sent: Math.min(size, at + PIECE) });
      }
    } catch (error) {
      void this.#options.send(AgentType.fileStatus, statusBody(id, Status.error));
      this.#become(entry, { kind: 'failed', reason: `It could not be read: ${String(error)}` });
    }
  }

  #beginNext(): void {
    const entries = [...this.#entries.values()];
    const underWay = entries.filter((entry) => entry.begun && isUnderWay(entry)).length;
    for (const entry of entries.filter(({ begun }) => !begun).slice(0, Math.max(0, MOST_AT_ONCE - underWay))) {
      entry.begun = true;
      void this.#options.send(AgentType.fileStart, startBody(entry.transfer));
    }
  }

  #become(entry: Entry, state: TransferState): void {
    entry.transfer = { ...entry.transfer, state };
    if (!isUnderWay(entry)) this.#beginNext();
    this.#tell();
  }

  #tell(): void {
    this.#options.changed([...this.#entries.values()].map(({ transfer }) => transfer));
  }
}

const isUnderWay = ({ transfer }: Entry): boolean => transfer.state.kind === 'waiting' || transfer.state.kind === 'sending';

const statusBody = (id: number, status: number): Uint8Array => new BodyWriter(8).u32(id).u32(status).done();

/** A GKeyFile, ended by a zero. Source: spice-vdagent reads it by g_key_file_load_from_data without a length. */
function startBody({ id, name, size }: FileTransfer): Uint8Array {
  const escaped = name
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replace(/^ /, '\\s');
  const text = new TextEncoder().encode(`[vdagent-file-xfer]\nname=${escaped}\nsize=${size}\n\0`);
  return new BodyWriter(4 + text.byteLength).u32(id).bytes(text).done();
}
