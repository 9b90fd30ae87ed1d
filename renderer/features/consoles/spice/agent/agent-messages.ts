import { BodyReader } from '../body-reader.ts';
import { BodyWriter } from '../body-writer.ts';
import { SpiceError } from '../channel.ts';

/** Messages of the guest's spice-vdagent. Source: spice-protocol, spice/vd_agent.h. */
export const AgentType = {
  monitorsConfig: 2,
  reply: 3,
  clipboard: 4,
  announceCapabilities: 6,
  clipboardGrab: 7,
  clipboardRequest: 8,
  clipboardRelease: 9,
  fileStart: 10,
  fileStatus: 11,
  fileData: 12,
} as const;

/** Bit numbers of VD_AGENT_CAP_… */
export const AgentCapability = {
  monitorsConfig: 1,
  reply: 2,
  clipboardByDemand: 5,
  clipboardSelection: 6,
  guestLineEndCrlf: 9,
  fileTransferDisabled: 13,
} as const;

const PROTOCOL = 1;
const HEADER = 20;
/** Of other messages than the clipboard: statuses and capabilities, in bytes. */
const SMALL = 4096;

export function agentMessage(type: number, data: Uint8Array): Uint8Array {
  return new BodyWriter(HEADER + data.byteLength).u32(PROTOCOL).u32(type).u64(0n).u32(data.byteLength).bytes(data).done();
}

export interface AgentAssembly {
  /** The next bytes that the agent sent, cut anywhere. Throws SpiceError where no message begins. */
  take(bytes: Uint8Array): void;
}

/**
 * Puts the agent's messages together. One of a type that nobody asked for, or longer than `largest` allows for its type, is passed over as it
 * comes, and nothing of it is held.
 *
 * @param largest how many bytes a message of this type may have now, or null if it is of no interest
 */
export function createAgentAssembly(
  largest: (type: number) => number | null,
  message: (type: number, data: Uint8Array) => void,
): AgentAssembly {
  const header = new Uint8Array(HEADER);
  let headerHeld = 0;
  let type = 0;
  let toCome = 0;
  let parts: Uint8Array | null = null;
  let held = 0;

  const begin = (): void => {
    const reader = new BodyReader(header);
    if (reader.u32() !== PROTOCOL) throw new SpiceError('The guest’s agent sent something malformed.');
    type = reader.u32();
    reader.skip(8);
    toCome = reader.u32();
    const most = largest(type);
    parts = most === null || toCome > most ? null : new Uint8Array(toCome);
    held = 0;
  };

  return {
    take: (bytes) => {
      for (let at = 0; at < bytes.byteLength;) {
        if (headerHeld < HEADER) {
          const part = bytes.subarray(at, at + HEADER - headerHeld);
          header.set(part, headerHeld);
          headerHeld += part.byteLength;
          at += part.byteLength;
          if (headerHeld < HEADER) return;
          begin();
        }
        const part = bytes.subarray(at, at + toCome);
        parts?.set(part, held);
        held += part.byteLength;
        toCome -= part.byteLength;
        at += part.byteLength;
        if (toCome > 0) return;
        headerHeld = 0;
        if (parts !== null) message(type, parts);
        parts = null;
      }
    },
  };
}

/** What a message of the agent other than the clipboard's may have in bytes; null for those that we have no use for. */
export function smallMessage(type: number): number | null {
  const { announceCapabilities, reply, clipboardGrab, clipboardRequest, clipboardRelease, fileStatus } = AgentType;
  const known: readonly number[] = [announceCapabilities, reply, clipboardGrab, clipboardRequest, clipboardRelease, fileStatus];
  return known.includes(type) ? SMALL : null;
}
