import { agentMessage } from './agent-messages.ts';

/** What one message of the main channel carries for the agent at most, in bytes. Source: VD_AGENT_MAX_DATA_SIZE. */
const CHUNK = 2048;
/** What may wait for the guest to take it, in bytes: one clipboard and a little. More is dropped. */
const MOST_WAITING = 2 * 1024 * 1024;
const MOST_TOKENS = 1_000_000;

export interface AgentOutbox {
  /** Resolves to true when the last of it has left, to false if it never will. */
  send(type: number, data: Uint8Array): Promise<boolean>;
  /** The server lets so many more chunks come. */
  addTokens(count: number): void;
  /** Another agent listens now, or none: what waited for the last one is dropped. */
  reset(tokens: number): void;
}

/** Sends messages to the agent in chunks, as many as the server gave tokens for. */
export function createAgentOutbox(sendChunk: (chunk: Uint8Array) => void): AgentOutbox {
  let waiting: { rest: Uint8Array; readonly sent: (all: boolean) => void }[] = [];
  let bytesWaiting = 0;
  let tokens = 0;

  const pump = (): void => {
    for (let first = waiting[0]; first !== undefined && tokens > 0; first = waiting[0]) {
      const chunk = first.rest.subarray(0, CHUNK);
      first.rest = first.rest.subarray(chunk.byteLength);
      tokens -= 1;
      bytesWaiting -= chunk.byteLength;
      sendChunk(chunk);
      if (first.rest.byteLength > 0) continue;
      waiting.shift();
      first.sent(true);
    }
  };

  return {
    send: (type, data) =>
      new Promise((resolve) => {
        const message = agentMessage(type, data);
        if (bytesWaiting + message.byteLength > MOST_WAITING) {
          resolve(false);
          return;
        }
        waiting.push({ rest: message, sent: resolve });
        bytesWaiting += message.byteLength;
        pump();
      }),
    addTokens: (count) => {
      tokens = Math.min(MOST_TOKENS, tokens + count);
      pump();
    },
    reset: (count) => {
      const dropped = waiting;
      waiting = [];
      bytesWaiting = 0;
      tokens = Math.min(MOST_TOKENS, count);
      for (const { sent } of dropped) sent(false);
    },
  };
}
