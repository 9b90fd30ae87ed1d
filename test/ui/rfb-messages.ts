/** What a VNC client says once it is let in. Source: RFC 6143, 7.5, and the community's rfbproto for the higher numbers. */
export const clientMessage = {
  pixelFormat: 0,
  setEncodings: 2,
  updateRequest: 3,
  key: 4,
  pointer: 5,
  cutText: 6,
  continuousUpdates: 150,
  fence: 248,
  setDesktopSize: 251,
  qemu: 255,
} as const;

export interface RfbMessage {
  readonly type: number;
  /** All of it, its type first. */
  readonly bytes: Buffer;
}

/** Version, choice of security, shared or not. */
const OPENING = 14;
const BUTTONS_EXTENDED = 0x80;

/** The messages that the window sent after its part of the opening. Throws on what is none. */
export function rfbMessages(sent: string): RfbMessage[] {
  const bytes = Buffer.from(sent, 'latin1');
  const sizes: Readonly<Record<number, (at: number) => number>> = {
    [clientMessage.pixelFormat]: () => 20,
    [clientMessage.setEncodings]: (at) => 4 + 4 * bytes.readUInt16BE(at + 2),
    [clientMessage.updateRequest]: () => 10,
    [clientMessage.key]: () => 8,
    [clientMessage.pointer]: (at) => ((bytes[at + 1] ?? 0) & BUTTONS_EXTENDED ? 7 : 6),
    [clientMessage.cutText]: (at) => 8 + Math.abs(bytes.readInt32BE(at + 4)),
    [clientMessage.continuousUpdates]: () => 10,
    [clientMessage.fence]: (at) => 9 + (bytes[at + 8] ?? 0),
    [clientMessage.setDesktopSize]: (at) => 8 + 16 * (bytes[at + 6] ?? 0),
    [clientMessage.qemu]: () => 12,
  };
  const messages: RfbMessage[] = [];
  for (let at = OPENING; at < bytes.length;) {
    const type = bytes[at] ?? -1;
    const size = sizes[type]?.(at);
    if (size === undefined) throw new Error(`the window sent a message of unknown type ${type}`);
    messages.push({ type, bytes: bytes.subarray(at, at + size) });
    at += size;
  }
  return messages;
}
