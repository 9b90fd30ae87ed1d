import { BrowserWindow } from 'electron';
import type { AppContract } from '#contract/contract';
import type { Handlers } from '#contract/define';
import type { Confirmation, ConfirmationAnswer } from '#model/confirmation';
import { BackendError } from '../backends/errors.ts';
import { origins } from './app-protocol.ts';
import type { Pages } from './attach.ts';
import { backgroundColor, pagePreferences } from './window.ts';

const WIDTH = 540;
/** `most` is also in confirm.css. */
const HEIGHT = { first: 160, most: 640 };
/** Should the page never show its question, the window is shown as it is. */
const SHOW_AT_LAST_MS = 1000;

interface Question {
  readonly question: Confirmation;
  answer(answer: ConfirmationAnswer): void;
}

export interface Confirmations {
  /**
   * Asks in a window of its own, modal to the page's. One question at a time in each. Resolves 'cancelled' where the window is gone, and when
   * `signal` takes the question back.
   */
  confirm(window: number, question: Confirmation, signal: AbortSignal): Promise<ConfirmationAnswer>;
  readonly handlers: Handlers<AppContract>['confirmation'];
}

export function createConfirmations(pages: Pages): Confirmations {
  const open = new Map<number, Question>();
  const queues = new WeakMap<BrowserWindow, Promise<unknown>>();

  const ask = (parent: BrowserWindow, question: Confirmation, signal: AbortSignal): Promise<ConfirmationAnswer> =>
    new Promise((resolve) => {
      if (parent.isDestroyed() || signal.aborted) {
        resolve({ kind: 'cancelled' });
        return;
      }
      const window = confirmationWindow(parent, question.title);
      const number = pages.add(window, 'confirmation');
      const withdraw = (): void => answer({ kind: 'cancelled' });
      const answer = (value: ConfirmationAnswer): void => {
        signal.removeEventListener('abort', withdraw);
        open.delete(number);
        resolve(value);
        if (!window.isDestroyed()) window.destroy();
      };
      open.set(number, { question, answer });
      signal.addEventListener('abort', withdraw, { once: true });
      window.on('closed', () => answer({ kind: 'cancelled' }));
      // Whatever ends its page ends the question: it must not stay open unanswerable.
      window.webContents.on('render-process-gone', () => answer({ kind: 'cancelled' }));
      window.webContents.on('did-navigate', (_event, url) => {
        if (!url.startsWith(`${origins.confirmation}/`)) answer({ kind: 'cancelled' });
      });
      window.webContents.on('before-input-event', (_event, { type, key }) => {
        if (type === 'keyDown' && key === 'Escape') answer({ kind: 'cancelled' });
      });
      void window.loadURL(`${origins.confirmation}/`).catch(() => answer({ kind: 'cancelled' }));
    });

  const questionOf = (window: number): Question => {
    const question = open.get(window);
    if (question === undefined) throw new BackendError('not-found', 'This question was answered already.');
    return question;
  };

  return {
    async confirm(window, question, signal) {
      const parent = pages.windowOf(window);
      if (parent === null) return { kind: 'cancelled' };
      const answer = (queues.get(parent) ?? Promise.resolve()).then(() => ask(parent, question, signal));
      queues.set(parent, answer);
      return answer;
    },
    handlers: {
      read: async (_input, caller) => questionOf(caller.window).question,
      answer: async (answer, caller) => questionOf(caller.window).answer(answer),
    },
  };
}

function confirmationWindow(parent: BrowserWindow, title: string): BrowserWindow {
  const window = new BrowserWindow({
    parent,
    modal: true,
    show: false,
    title,
    width: WIDTH,
    height: HEIGHT.first,
    useContentSize: true,
    resizable: false,
    minimizable: false,
    maximizable: false,
    fullscreenable: false,
    skipTaskbar: true,
    backgroundColor: backgroundColor(),
    webPreferences: pagePreferences(),
  });
  window.removeMenu();
  const show = async (): Promise<void> => {
    if (window.isDestroyed() || window.isVisible()) return;
    await fitToContent(window).catch(() => undefined);
    if (!window.isDestroyed()) window.show();
  };
  window.webContents.on('page-title-updated', (event, shown) => {
    event.preventDefault();
    // The page takes the question's title when it shows it.
    if (shown === title) void show();
  });
  window.once('ready-to-show', () => setTimeout(() => void show(), SHOW_AT_LAST_MS));
  return window;
}

async function fitToContent(window: BrowserWindow): Promise<void> {
  const height: unknown = await window.webContents.executeJavaScript('document.documentElement.scrollHeight');
  if (typeof height === 'number' && !window.isDestroyed()) window.setContentSize(WIDTH, Math.min(Math.ceil(height), HEIGHT.most));
}
