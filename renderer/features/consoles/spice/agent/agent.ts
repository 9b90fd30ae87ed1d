import type { ClipboardPeer, ClipboardWays, ScreenSize } from '../../screen.ts';
import { BodyReader } from '../body-reader.ts';
import { BodyWriter } from '../body-writer.ts';
import { SpiceError } from '../channel.ts';
import { AgentClipboard } from './agent-clipboard.ts';
import { AgentFiles, type FileTransfer } from './agent-files.ts';
import { AgentCapability, AgentType, type AgentAssembly, createAgentAssembly, smallMessage } from './agent-messages.ts';
import { createAgentOutbox } from './agent-outbox.ts';

export interface AgentOptions {
  /** At most 2048 bytes. */
  readonly sendChunk: (chunk: Uint8Array) => void;
  readonly clipboardPeer: (peer: ClipboardPeer) => void;
  readonly copied: (text: string) => void;
  /** Whether the guest would take another size. */
  readonly resizable: (can: boolean) => void;
  readonly transfers: (transfers: readonly FileTransfer[]) => void;
}

/** The spice-vdagent inside the guest: any program there may be it, so nothing it says is believed further than it must be. */
export class Agent {
  readonly #options: AgentOptions;
  readonly #outbox;
  readonly #clipboard: AgentClipboard;
  readonly #files: AgentFiles;
  #assembly: AgentAssembly | null = null;
  #capabilities: readonly number[] = [];

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#outbox = createAgentOutbox(options.sendChunk);
    const send = (type: number, data: Uint8Array): Promise<boolean> => this.#outbox.send(type, data);
    this.#clipboard = new AgentClipboard({ send: (type, data) => void send(type, data), copied: options.copied });
    this.#files = new AgentFiles({ send, changed: options.transfers });
  }

  get takesFiles(): boolean {
    return this.#assembly !== null && !this.#can(AgentCapability.fileTransferDisabled);
  }

  /** An agent is there now, with room for `tokens` chunks. */
  connected(tokens: number): void {
    this.#outbox.reset(tokens);
    this.#assembly = createAgentAssembly(
      (type) => (type === AgentType.clipboard ? this.#clipboard.largest() : smallMessage(type)),
      (type, data) => this.#message(type, data),
    );
    this.#announce(true);
  }

  disconnected(): void {
    this.#assembly = null;
    this.#outbox.reset(0);
    this.#files.abandon();
    this.#learn([]);
  }

  addTokens(count: number): void {
    this.#outbox.addTokens(count);
  }

  receive(chunk: Uint8Array): void {
    try {
      this.#assembly?.take(chunk);
    } catch (error) {
      if (!(error instanceof SpiceError)) throw error;
      // Its stream cannot be followed any more; the screen itself is none the worse for it.
      this.disconnected();
    }
  }

  setClipboard(ways: ClipboardWays): void {
    this.#clipboard.setWays(ways);
  }

  offerText(text: string): void {
    this.#clipboard.offer(text);
  }

  addFiles(files: readonly File[]): void {
    this.#files.add(files);
  }

  removeFile(id: number): void {
    this.#files.remove(id);
  }

  /** Asks the guest to have one monitor of this size, in its pixels. */
  resize({ width, height }: ScreenSize): void {
    if (!this.#can(AgentCapability.monitorsConfig)) return;
    const [count, flags, depth] = [1, 0, 32];
    const body = new BodyWriter(28).u32(count).u32(flags).u32(height).u32(width).u32(depth).u32(0).u32(0);
    void this.#outbox.send(AgentType.monitorsConfig, body.done());
  }

  #message(type: number, data: Uint8Array): void {
    switch (type) {
      case AgentType.announceCapabilities: {
        const body = new BodyReader(data);
        const asks = body.u32() !== 0;
        this.#learn(bits(body));
        if (asks) this.#announce(false);
        return;
      }
      case AgentType.fileStatus:
        this.#files.receive(data);
        return;
      case AgentType.reply:
        return;
      default:
        this.#clipboard.receive(type, data);
    }
  }

  #learn(capabilities: readonly number[]): void {
    this.#capabilities = capabilities;
    const shares = this.#can(AgentCapability.clipboardByDemand);
    this.#clipboard.setManner(
      shares ? { selections: this.#can(AgentCapability.clipboardSelection), crlf: this.#can(AgentCapability.guestLineEndCrlf) } : null,
    );
    this.#options.clipboardPeer(shares ? 'ready' : 'absent');
    this.#options.resizable(this.#can(AgentCapability.monitorsConfig));
  }

  #announce(request: boolean): void {
    const { monitorsConfig, reply, clipboardByDemand, clipboardSelection } = AgentCapability;
    const word = [monitorsConfig, reply, clipboardByDemand, clipboardSelection].reduce((sum, bit) => sum + 2 ** bit, 0);
    void this.#outbox.send(
      AgentType.announceCapabilities,
      new BodyWriter(8)
        .u32(request ? 1 : 0)
        .u32(word)
        .done(),
    );
  }

  #can(capability: number): boolean {
    return this.#capabilities.includes(capability);
  }
}

/** The numbers of the bits that are set in the first two words. */
function bits(body: BodyReader): number[] {
  const set: number[] = [];
  for (let word = 0; word < 2 && body.left >= 4; word++) {
    const value = body.u32();
    for (let bit = 0; bit < 32; bit++) if (((value >>> bit) & 1) === 1) set.push(32 * word + bit);
  }
  return set;
}
