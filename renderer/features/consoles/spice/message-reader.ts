import { SpiceError, spiceLimits } from './channel.ts';
import { nextTurn, SLICE_MS } from './display/work.ts';

/** The "mini header" that both ends agreed on: type and size of what follows. Source: spice-protocol, SpiceMiniDataHeader. */
const HEADER = 6;
const FIRST_ROOM = 64 * 1024;

export interface MessageReaderOptions {
  /** One whole message; the next one waits until this resolved. */
  readonly message: (type: number, body: Uint8Array) => void | Promise<void>;
  /** What `message` threw, or a SpiceError of the reader's own. Nothing is read after it. */
  readonly failed: (error: unknown) => void;
}

/** Cuts a connection's bytes into messages. A piece is `done` when the last message that began or went on in it was dealt with. */
export interface MessageReader {
  data(bytes: Uint8Array, done: () => void): void;
  /** Nothing more is wanted. */
  stop(): void;
}

export function createMessageReader({ message, failed }: MessageReaderOptions): MessageReader {
  const assembly = createAssembly();
  let waiting: { readonly bytes: Uint8Array; readonly done: () => void }[] = [];
  let isBusy = false;
  let isOver = false;
  let began = 0;
  const goesOn = (): boolean => !isOver;

  /** Messages that are each dealt with in no time are many in one piece: together they must not keep the page from anything. */
  const letOthersIn = async (): Promise<void> => {
    await nextTurn();
    began = performance.now();
  };

  const takeIn = async (bytes: Uint8Array): Promise<void> => {
    for (let rest = bytes; rest.byteLength > 0 && goesOn();) {
      rest = rest.subarray(assembly.take(rest));
      const whole = assembly.whole();
      if (whole === null) continue;
      const dealt = message(whole.type, whole.body);
      // Only where there is something to wait for: a turn for each of a thousand small messages would be felt.
      // oxlint-disable-next-line no-await-in-loop -- the next message comes after this one
      if (dealt !== undefined) await dealt;
      // oxlint-disable-next-line no-await-in-loop -- that is the point
      if (performance.now() - began > SLICE_MS) await letOthersIn();
    }
  };

  const run = async (): Promise<void> => {
    began = performance.now();
    while (waiting.length > 0 && goesOn()) {
      const batch = waiting;
      waiting = [];
      for (const { bytes, done } of batch) {
        if (isOver) return;
        // oxlint-disable-next-line no-await-in-loop -- in order
        await takeIn(bytes);
        done();
      }
    }
    isBusy = false;
  };

  return {
    data: (bytes, done) => {
      if (isOver) return;
      waiting.push({ bytes, done });
      if (isBusy) return;
      isBusy = true;
      run().catch((error: unknown) => {
        if (isOver) return;
        isOver = true;
        failed(error);
      });
    },
    stop: () => {
      isOver = true;
      waiting = [];
    },
  };
}

/** The message that is on its way. Room for it grows with what has arrived, so that a size alone takes no memory. */
function createAssembly() {
  const header = new Uint8Array(HEADER);
  const view = new DataView(header.buffer);
  let headerHeld = 0;
  let size = 0;
  let held = 0;
  let body: Uint8Array = new Uint8Array();

  const takeHeader = (bytes: Uint8Array): number => {
    const taken = Math.min(HEADER - headerHeld, bytes.byteLength);
    header.set(bytes.subarray(0, taken), headerHeld);
    headerHeld += taken;
    if (headerHeld < HEADER) return taken;
    size = view.getUint32(2, true);
    held = 0;
    body = new Uint8Array();
    if (size > spiceLimits.message) throw new SpiceError(`The screen sent a message of ${size} bytes, more than Guesthouse takes.`);
    return taken;
  };

  const takeBody = (bytes: Uint8Array): number => {
    const taken = Math.min(size - held, bytes.byteLength);
    const part = bytes.subarray(0, taken);
    // A message that is here as a whole is not copied.
    if (held === 0 && taken === size) body = part;
    else {
      if (held + taken > body.byteLength) {
        const roomier = new Uint8Array(Math.min(size, Math.max(FIRST_ROOM, 2 * (held + taken))));
        roomier.set(body.subarray(0, held));
        body = roomier;
      }
      body.set(part, held);
    }
    held += taken;
    return taken;
  };

  return {
    /** Takes what belongs to the present message; returns how many bytes that were. */
    take: (bytes: Uint8Array): number => {
      const taken = headerHeld < HEADER ? takeHeader(bytes) : 0;
      return headerHeld < HEADER ? taken : taken + takeBody(bytes.subarray(taken));
    },
    /** The message, once it is complete; then the next one begins. */
    whole: (): { readonly type: number; readonly body: Uint8Array } | null => {
      if (headerHeld < HEADER || held < size) return null;
      const message = { type: view.getUint16(0, true), body: body.subarray(0, size) };
      headerHeld = 0;
      body = new Uint8Array();
      return message;
    },
  };
}
