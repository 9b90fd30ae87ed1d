import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { contract, type AppContract } from '#contract/contract';
import type { Caller, Event, Own, Publisher, Reply, Role } from '#contract/define';
import { origins } from './app-protocol.ts';
import type { Guesthouse } from './guesthouse.ts';

interface Page extends Caller {
  readonly window: number;
  readonly contents: WebContents;
  readonly frame: BrowserWindow;
}

/** The pages of the windows that main made. A page that is loaded anew is another one: what its predecessor held is gone with it. */
export interface Pages {
  add(frame: BrowserWindow, role: Role): number;
  windowOf(number: number): BrowserWindow | null;
  contentsOf(number: number): WebContents | null;
  /** The page at the other end of a message, or null for anybody but the top frame of a page we know, at its own origin. */
  callerOf(event: IpcMainInvokeEvent): Caller | null;
  /** To all windows of the roles that each event is for. */
  readonly publish: Publisher<AppContract>;
  /** The same to one window alone. */
  tell(frame: BrowserWindow): Publisher<AppContract>;
  onGone(listener: (number: number) => void): void;
}

/** `ownOf`: what a window may know of; null: of everything. */
export function createPages(ownOf: (caller: Caller) => Own | null): Pages {
  const pages = new Map<WebContents, Page>();
  const listeners: ((number: number) => void)[] = [];
  let last = 0;

  const send = (page: Page, channel: string, entry: Event, payload: unknown): void => {
    if (!entry.roles.includes(page.role) || page.contents.isDestroyed()) return;
    const own = ownOf(page);
    const told = own === null || entry.part === undefined ? payload : entry.part(payload, own);
    if (told !== null) page.contents.send('guesthouse:event', channel, told);
  };
  const leave = (contents: WebContents): void => {
    const page = pages.get(contents);
    pages.delete(contents);
    if (page !== undefined) for (const listener of listeners) listener(page.window);
  };
  const enter = (frame: BrowserWindow, contents: WebContents, role: Role): number => {
    leave(contents);
    last += 1;
    pages.set(contents, { window: last, role, contents, frame });
    return last;
  };
  const pageOf = (number: number): Page | undefined => [...pages.values()].find((page) => page.window === number);

  return {
    add(frame, role) {
      const contents = frame.webContents;
      let loaded = false;
      contents.on('did-navigate', () => {
        if (loaded) enter(frame, contents, role);
        loaded = true;
      });
      contents.on('render-process-gone', () => leave(contents));
      contents.on('destroyed', () => leave(contents));
      return enter(frame, contents, role);
    },
    windowOf: (number) => pageOf(number)?.frame ?? null,
    contentsOf: (number) => pageOf(number)?.contents ?? null,
    callerOf(event) {
      try {
        const page = pages.get(event.sender);
        const frame = event.senderFrame;
        if (page === undefined || frame === null || frame !== event.sender.mainFrame) return null;
        const origin = origins[page.role];
        // about:blank has the origin of whoever went there; only our own documents may ask.
        return frame.origin === origin && frame.url.startsWith(`${origin}/`) ? { window: page.window, role: page.role } : null;
      } catch {
        // The frame was disposed of while the message was under way.
        return null;
      }
    },
    publish: createPublisher((channel, entry, payload) => {
      for (const page of pages.values()) send(page, channel, entry, payload);
    }),
    tell: (frame) =>
      createPublisher((channel, entry, payload) => {
        for (const page of pages.values()) if (page.frame === frame) send(page, channel, entry, payload);
      }),
    onGone(listener) {
      listeners.push(listener);
    },
  };
}

function createPublisher(publish: (channel: string, entry: Event, payload: unknown) => void): Publisher<AppContract> {
  const publisher: Record<string, Record<string, unknown>> = {};
  for (const [groupName, group] of Object.entries(contract)) {
    const members: Record<string, unknown> = {};
    for (const [name, entry] of Object.entries(group)) {
      if (entry.kind === 'event') members[name] = (payload: unknown) => publish(`${groupName}.${name}`, entry, payload);
    }
    publisher[groupName] = members;
  }
  // The loop above builds exactly the mapped type; TypeScript cannot follow a mapped type through a loop.
  return publisher as Publisher<AppContract>;
}

const badSender: Reply = {
  ok: false,
  fault: { code: 'bad-sender', message: 'This page may not ask Guesthouse for anything.', reason: null, remedy: null },
};

/** The only place where messages of windows arrive. */
export function attach(pages: Pages, guesthouse: Guesthouse, log: (line: string) => void): void {
  const reported = new WeakSet<WebContents>();
  ipcMain.handle('guesthouse:call', (event, channel: unknown, ...args: unknown[]): Promise<Reply> | Reply => {
    const caller = pages.callerOf(event);
    if (caller !== null) return guesthouse.call(channel, args, caller);
    if (!reported.has(event.sender)) log(`Refused a message from ${event.sender.getURL() || 'a page without an address'}`);
    reported.add(event.sender);
    return badSender;
  });
  pages.onGone((window) => guesthouse.windowClosed(window));
}
