// oxlint-disable unicorn/require-post-message-target-origin -- a MessagePort has one other end and knows no origins
import type { Page } from 'playwright-core';
import type { Fault } from '../../backends/model/fault.ts';

/** What a console's port carries, in the hands of a test: the guest's end of it. */
export interface Wire {
  /** All that the window sent, in order. */
  readonly received: number[];
  /** Bytes that were sent to the window and not given back yet. */
  readonly outstanding: number;
  /** The window closed the port. */
  readonly ended: boolean;
  /** Sends as main does: in chunks, and only as far as the window gave credit for. Resolves when all of it was given back. */
  send(bytes: readonly number[] | Uint8Array): Promise<void>;
  /** The guest's end closes, as it should or with `fault`. */
  end(fault?: Fault): void;
}

declare global {
  interface Window {
    wire: Wire;
    /** All of them, by the ticket that the window asked with. */
    wires?: Map<string, Wire>;
  }
}

/**
 * From now on each console that the window opens ends in `window.wire` instead of the fake guest ('replace'), or passes through it
 * ('tap'). The port is exchanged on its way to the page, which notices nothing.
 */
export async function takeWire(page: Page, how: 'replace' | 'tap'): Promise<void> {
  await page.evaluate((mode) => {
    const CHUNK = 64 * 1024;
    const WINDOW = 512 * 1024;
    const exchanged = new Set<unknown>();
    const ownPort = (real: MessagePort, port: MessagePort) => {
      const received: number[] = [];
      const state = { credit: WINDOW, ended: false };
      const given = new Set<() => void>();
      port.addEventListener('message', ({ data }) => {
        if (data.kind === 'data') {
          for (const byte of data.bytes) received.push(byte);
          if (mode === 'replace') port.postMessage({ kind: 'credit', bytes: data.bytes.byteLength });
        } else if (data.kind === 'credit') state.credit += data.bytes;
        else state.ended = true;
        if (mode === 'tap') real.postMessage(data);
        for (const wake of given) wake();
      });
      port.start();
      if (mode === 'tap') {
        real.addEventListener('message', ({ data }) => port.postMessage(data));
        real.start();
      } else {
        real.postMessage({ kind: 'end', fault: null });
      }
      const news = async () =>
        new Promise<void>((resolve) => {
          const wake = (): void => {
            given.delete(wake);
            resolve();
          };
          given.add(wake);
        });
      window.wire = {
        received,
        get outstanding() {
          return WINDOW - state.credit;
        },
        get ended() {
          return state.ended;
        },
        end: (fault) => port.postMessage({ kind: 'end', fault: fault ?? null }),
        send: async (bytes) => {
          const all = bytes instanceof Uint8Array ? bytes : Uint8Array.from(bytes);
          for (let from = 0; from < all.length && !state.ended; from += CHUNK) {
            const chunk = all.slice(from, from + CHUNK);
            while (state.credit < chunk.length && !state.ended) await news();
            state.credit -= chunk.length;
            port.postMessage({ kind: 'data', bytes: chunk });
          }
          while (state.credit < WINDOW && !state.ended) await news();
        },
      };
    };
    window.addEventListener('message', (event) => {
      if (event.data?.kind !== 'guesthouse:port' || exchanged.has(event.data.ticket)) return;
      event.stopImmediatePropagation();
      exchanged.add(event.data.ticket);
      const real = event.ports[0];
      if (real === undefined) return;
      const { port1, port2 } = new MessageChannel();
      ownPort(real, port1);
      window.wires = (window.wires ?? new Map()).set(event.data.ticket, window.wire);
      window.postMessage(event.data, window.location.origin, [port2]);
    });
  }, how);
}

/** 32 bits a pixel in true colour, of which noVNC takes no notice: it asks for its own. */
const pixelFormat = [32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0];

/** An RFB server's part up to the first picture, all at once: version, no authentication, its answer, size, pixel format, name. */
export function rfbOpening(width: number, height: number, name = 'test', claimedNameLength?: number): number[] {
  const text = [...new TextEncoder().encode(name)];
  return [
    ...new TextEncoder().encode('RFB 003.008\n'),
    // One security type, none; then that it is accepted.
    1,
    1,
    ...u32(0),
    ...u16(width),
    ...u16(height),
    ...pixelFormat,
    ...u32(claimedNameLength ?? text.length),
    ...text,
  ];
}

/** One FramebufferUpdate of one rectangle. */
export function rfbRectangle(
  area: { x?: number; y?: number; width: number; height: number },
  encoding: number,
  data: readonly number[] = [],
): number[] {
  return [0, 0, 0, 1, ...u16(area.x ?? 0), ...u16(area.y ?? 0), ...u16(area.width), ...u16(area.height), ...u32(encoding), ...data];
}

export const u16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];
export const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];
