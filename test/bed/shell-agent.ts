import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SerialLine } from './serial-line.ts';

/** What the agent was sent, without the headers around it. */
export interface HeardByAgent {
  readonly type: number;
  readonly data: Buffer;
}

/**
 * The guest's side of the SPICE agent, played by a shell: the tests' guest has no desktop for the real one. What it says and hears goes
 * through QEMU's port, and QEMU's SPICE server takes it for any other agent.
 */
export interface ShellAgent {
  say(type: number, ...words: readonly number[]): void;
  /** Says again what it can do: the SPICE server drops what an agent says before a client has greeted it. */
  greet(): void;
  /** All it was sent so far. */
  heard(): Promise<HeardByAgent[]>;
}

const CLIENT_PORT = 1;
const PROTOCOL = 1;
/** VD_AGENT_ANNOUNCE_CAPABILITIES; and of VD_AGENT_CAP_…: monitors, clipboard by demand, selections. */
const ANNOUNCE = 6;
const CAPABILITIES = 0b110_0010;

/** @param line of a guest in whose shell somebody is logged in; `log` is what the guest writes to it */
export function startShellAgent(line: SerialLine, log: string): ShellAgent {
  let dumps = 0;
  const say = (type: number, ...words: readonly number[]): void => {
    const size = 4 * words.length;
    const all = [CLIENT_PORT, 20 + size, PROTOCOL, type, 0, 0, size, ...words];
    line.type(`printf '${all.map(octal).join('')}' >&5`);
  };
  // Its number counts the guest's virtio devices. The port reads as if it had ended while nobody is connected to the display.
  line.type('set -- /dev/vport*p1; exec 5<>$1; : >/tmp/heard; (while sleep 1; do cat <&5 >>/tmp/heard; done) &');
  const greet = (): void => say(ANNOUNCE, 1, CAPABILITIES);
  greet();
  return {
    say,
    greet,
    async heard() {
      dumps += 1;
      // Split, so that what is typed, and echoed, is not what is looked for.
      line.type(`echo; echo "begin"-${dumps}; od -An -v -tx1 /tmp/heard; echo "end"-${dumps}`);
      const found = new RegExp(`begin-${dumps}\\s+([0-9a-f\\s]*?)\\s*end-${dumps}`);
      const deadline = Date.now() + 60_000;
      for (;;) {
        const hex = found.exec(await readFile(log, 'latin1'))?.[1];
        if (hex !== undefined) return messagesOf(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
        if (Date.now() > deadline) throw new Error('the guest’s shell does not answer');
        await sleep(100);
      }
    },
  };
}

const octal = (word: number): string =>
  [0, 8, 16, 24].map((shift) => `\\${((word >>> shift) & 0xff).toString(8).padStart(3, '0')}`).join('');

/** Takes off the port's headers, puts the chunks together, and cuts them into messages. Movements come by the server's own port. */
function messagesOf(port: Buffer): HeardByAgent[] {
  const chunks: Record<'client' | 'server', Buffer[]> = { client: [], server: [] };
  for (let at = 0; at + 8 <= port.length;) {
    const end = at + 8 + port.readUInt32LE(at + 4);
    chunks[port.readUInt32LE(at) === CLIENT_PORT ? 'client' : 'server'].push(port.subarray(at + 8, end));
    at = end;
  }
  return [...cut(Buffer.concat(chunks.client)), ...cut(Buffer.concat(chunks.server))];
}

function cut(stream: Buffer): HeardByAgent[] {
  const messages: HeardByAgent[] = [];
  for (let at = 0; at + 20 <= stream.length;) {
    const size = stream.readUInt32LE(at + 16);
    messages.push({ type: stream.readUInt32LE(at + 4), data: stream.subarray(at + 20, at + 20 + size) });
    at += 20 + size;
  }
  return messages;
}
