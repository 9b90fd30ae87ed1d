import type { GuestRef } from '#model/guest';
import type { SpiceChannel } from '#model/guest-console';
import { api } from '../../api.ts';
import { createPortChannel, type ConsoleChannel } from './port-channel.ts';

export interface ConsoleRequest {
  readonly guest: GuestRef;
  /** As in GuestDetails.consoles. */
  readonly console: string;
  /** Take a serial console over from whoever has it. */
  readonly force: boolean;
  /** SPICE only; the main one by default. */
  readonly channel?: SpiceChannel;
  readonly signal: AbortSignal;
}

/** The port that preload.ts posts for `ticket`. Only this page itself may say so: another origin's message is not looked at. */
function awaitPort(ticket: string): { readonly arrived: Promise<MessagePort>; cancel(): void } {
  let cancel = (): void => undefined;
  const arrived = new Promise<MessagePort>((resolve) => {
    const listener = (event: MessageEvent<unknown>): void => {
      const { data, origin, ports } = event;
      if (origin !== window.location.origin || typeof data !== 'object' || data === null) return;
      if (!('kind' in data) || data.kind !== 'guesthouse:port' || !('ticket' in data) || data.ticket !== ticket) return;
      window.removeEventListener('message', listener);
      if (ports[0] !== undefined) resolve(ports[0]);
    };
    window.addEventListener('message', listener);
    cancel = () => window.removeEventListener('message', listener);
  });
  return { arrived, cancel: () => cancel() };
}

/**
 * Opens a console. Rejects with CallError as main refused it ('console-busy' without `force`), or with the signal's reason; a console
 * that arrives after an abort is closed at once.
 */
export async function openConsole({ guest, console, force, channel: which, signal }: ConsoleRequest): Promise<ConsoleChannel> {
  const ticket = crypto.randomUUID();
  // Listening first: the port may be here before the reply is.
  const port = awaitPort(ticket);
  try {
    await api.consoles.open({ guest, console, force, channel: which, ticket });
  } catch (error) {
    port.cancel();
    throw error;
  }
  const channel = createPortChannel(await port.arrived);
  if (signal.aborted) {
    channel.close();
    throw signal.reason;
  }
  return channel;
}
