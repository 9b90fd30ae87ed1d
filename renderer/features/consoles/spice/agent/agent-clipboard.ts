import type { ClipboardWays } from '../../screen.ts';
import { BodyReader } from '../body-reader.ts';
import { BodyWriter } from '../body-writer.ts';
import { spiceLimits } from '../channel.ts';
import { AgentType } from './agent-messages.ts';

/** VD_AGENT_CLIPBOARD_SELECTION_CLIPBOARD; the others are X11's PRIMARY and SECONDARY, which are left alone. */
const CLIPBOARD = 0;
const NOTHING = 0;
const UTF8_TEXT = 1;
/** Before the text: selection and type. */
const HEAD = 8;

interface AgentClipboardOptions {
  readonly send: (type: number, data: Uint8Array) => void;
  readonly copied: (text: string) => void;
}

/** How this guest's agent wants it: with a selection in front of each message, and with which ends of lines. */
export interface ClipboardManner {
  readonly selections: boolean;
  readonly crlf: boolean;
}

/** Text between the guest's clipboard and ours, each way only while it is allowed: the other end is never asked for or told anything else. */
export class AgentClipboard {
  readonly #options: AgentClipboardOptions;
  #ways: ClipboardWays = { toGuest: false, fromGuest: false };
  #manner: ClipboardManner | null = null;
  /** What the guest may ask for. */
  #offered: string | null = null;
  #asked = false;

  constructor(options: AgentClipboardOptions) {
    this.#options = options;
  }

  /** Null: no agent that shares a clipboard is there. */
  setManner(manner: ClipboardManner | null): void {
    const isNew = this.#manner === null && manner !== null;
    this.#manner = manner;
    this.#asked = false;
    if (isNew && this.#offered !== null) this.#grab();
  }

  setWays(ways: ClipboardWays): void {
    const wasOffered = this.#offered !== null;
    this.#ways = ways;
    if (!ways.fromGuest) this.#asked = false;
    if (ways.toGuest || !wasOffered) return;
    this.#offered = null;
    this.#send(AgentType.clipboardRelease, new Uint8Array());
  }

  offer(text: string): void {
    if (!this.#ways.toGuest || new TextEncoder().encode(text).byteLength > spiceLimits.clipboard) return;
    this.#offered = text;
    this.#grab();
  }

  /** How large a text of the guest may be now, in bytes of its message; null when none was asked for. */
  largest(): number | null {
    return this.#asked ? spiceLimits.clipboard + HEAD : null;
  }

  /** Throws SpiceError when it is shorter than it has to be. */
  receive(type: number, data: Uint8Array): void {
    const manner = this.#manner;
    if (manner === null) return;
    const body = new BodyReader(data);
    if (manner.selections) {
      const selection = body.u8();
      body.skip(3);
      if (selection !== CLIPBOARD) return;
    }
    if (type === AgentType.clipboardGrab) this.#grabbed(body);
    else if (type === AgentType.clipboardRequest) this.#requested(body.u32(), manner);
    else if (type === AgentType.clipboard) this.#arrived(body);
  }

  #grabbed(body: BodyReader): void {
    this.#offered = null;
    if (!this.#ways.fromGuest) return;
    while (body.left >= 4) {
      if (body.u32() !== UTF8_TEXT) continue;
      this.#asked = true;
      this.#send(AgentType.clipboardRequest, new BodyWriter(4).u32(UTF8_TEXT).done());
      return;
    }
  }

  #requested(kind: number, { crlf }: ClipboardManner): void {
    const text = kind === UTF8_TEXT && this.#ways.toGuest ? this.#offered : null;
    const bytes = text === null ? new Uint8Array() : new TextEncoder().encode(crlf ? text.replaceAll(/\r?\n/g, '\r\n') : text);
    // An empty answer, because the guest's program waits for one.
    const answer = new BodyWriter(4 + bytes.byteLength).u32(text === null ? NOTHING : UTF8_TEXT).bytes(bytes);
    this.#send(AgentType.clipboard, answer.done());
  }

  #arrived(body: BodyReader): void {
    if (!this.#asked || !this.#ways.fromGuest) return;
    this.#asked = false;
    if (body.u32() !== UTF8_TEXT || body.left > spiceLimits.clipboard) return;
    const text = new TextDecoder().decode(body.rest());
    this.#options.copied(text.replaceAll('\r\n', '\n'));
  }

  #grab(): void {
    this.#send(AgentType.clipboardGrab, new BodyWriter(4).u32(UTF8_TEXT).done());
  }

  #send(type: number, data: Uint8Array): void {
    if (this.#manner === null) return;
    const head = this.#manner.selections ? Uint8Array.of(CLIPBOARD, 0, 0, 0) : new Uint8Array();
    this.#options.send(type, new BodyWriter(head.byteLength + data.byteLength).bytes(head).bytes(data).done());
  }
}
