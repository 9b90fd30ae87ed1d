import { contract } from '#contract/contract';
import type { AppContract } from '#contract/contract';
import type { Bridge, Caller, Contract, Event, Handlers, Own, Publisher, Reply } from '#contract/define';
import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import type { ConsolePort } from '../../main/surroundings.ts';

type Listener = (payload: unknown) => void;

/** What Electron is to the app, made of a page: the bridge, events, ports, and a frame in place of the window in which main asks. */
export class Windows {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #questions = new Map<number, { readonly question: Confirmation; answer(answer: ConfirmationAnswer): void }>();
  #last = 1;
  /** What a window may know of; null: of everything. */
  ownOf: (caller: Caller) => Own | null = () => null;

  /** Everything is cloned as IPC does it: what cannot be cloned fails here as it would there. */
  bridge(call: (channel: unknown, args: readonly unknown[], caller: Caller) => Promise<Reply>, caller: Caller): Bridge {
    return {
      invoke: async (channel, input) => structuredClone(await call(channel, [structuredClone(input)], caller)),
      subscribe: (channel, listener) => {
        const listeners = this.#listeners.get(channel) ?? new Set();
        const entry = entryOf(channel);
        const hear: Listener = (payload) => {
          const own = this.ownOf(caller);
          const told = own === null || entry?.part === undefined ? payload : entry.part(payload, own);
          if (told !== null) listener(told);
        };
        this.#listeners.set(channel, listeners.add(hear));
        return () => listeners.delete(hear);
      },
    };
  }

  readonly publish: Publisher<AppContract> = {
    hosts: {
      changed: this.#publisher('hosts.changed'),
      removed: this.#publisher('hosts.removed'),
      loaded: this.#publisher('hosts.loaded'),
      stale: this.#publisher('hosts.stale'),
    },
    guests: {
      changed: this.#publisher('guests.changed'),
      relisted: this.#publisher('guests.relisted'),
      sampled: this.#publisher('guests.sampled'),
      noticed: this.#publisher('guests.noticed'),
    },
    tasks: { changed: this.#publisher('tasks.changed') },
    interruptions: { changed: this.#publisher('interruptions.changed') },
    settings: { changed: this.#publisher('settings.changed') },
    hardware: {},
    inspection: {},
    startOrder: {},
    definitions: {},
    storage: {},
    networks: {},
    inventory: {},
    consoles: { chosen: this.#publisher('consoles.chosen') },
    clipboard: { changed: this.#publisher('clipboard.changed') },
    usb: {},
    media: {},
    keyboard: { released: this.#publisher('keyboard.released') },
    windows: {
      consolesChanged: this.#publisher('windows.consolesChanged'),
      fullScreenChanged: this.#publisher('windows.fullScreenChanged'),
    },
    templates: {},
    confirmation: {},
  };

  createPort(ticket: string, page: Window): ConsolePort {
    const { port1, port2 } = new MessageChannel();
    page.postMessage({ kind: 'guesthouse:port', ticket }, window.location.origin, [port2]);
    return {
      post: (frame) => port1.postMessage(frame),
      onFrame: (listener) => {
        port1.addEventListener('message', (event: MessageEvent<unknown>) => listener(event.data));
        port1.start();
      },
      onClosed: (listener) => port1.addEventListener('close', () => listener()),
      close: () => port1.close(),
    };
  }

  async confirm(question: Confirmation, signal: AbortSignal): Promise<ConfirmationAnswer> {
    if (signal.aborted) return { kind: 'cancelled' };
    this.#last += 1;
    const number = this.#last;
    const frame = document.createElement('iframe');
    frame.title = 'Question';
    frame.src = `./confirm.html?window=${number}`;
    frame.style.cssText =
      'position: fixed; inset: 15% auto auto calc(50% - 270px); width: 540px; height: 420px; border: 1px solid; z-index: 10000';
    const answered = new Promise<ConfirmationAnswer>((resolve) => {
      this.#questions.set(number, { question, answer: resolve });
      signal.addEventListener('abort', () => resolve({ kind: 'cancelled' }), { once: true });
    });
    document.body.append(frame);
    try {
      return await answered;
    } finally {
      this.#questions.delete(number);
      frame.remove();
    }
  }

  readonly confirmation: Handlers<AppContract>['confirmation'] = {
    read: async (_, { window }) => this.#question(window).question,
    answer: async (answer, { window }) => this.#question(window).answer(answer),
  };

  #question(window: number): { readonly question: Confirmation; answer(answer: ConfirmationAnswer): void } {
    const question = this.#questions.get(window);
    if (question === undefined) throw new Error(`no question is open in window ${window}`);
    return question;
  }

  #publisher(channel: string): Listener {
    const entry = entryOf(channel);
    return (payload) => {
      // What main tells is checked here for every window at once.
      const cloned: unknown = structuredClone(entry === null ? payload : entry.payload.parse(payload));
      for (const listener of this.#listeners.get(channel) ?? []) listener(cloned);
    };
  }
}

function entryOf(channel: string): Event | null {
  const groups: Contract = contract;
  const [group = '', name = ''] = channel.split('.');
  const entry = groups[group]?.[name];
  return entry?.kind === 'event' ? entry : null;
}
