import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { chromium, type Browser, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { test as base } from 'vitest';
import { serveBuilt } from './serve.ts';

const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export interface OpenOptions {
  readonly hosts?: readonly string[];
  readonly guests?: number;
  /** A host that never answers. */
  readonly silent?: string;
  /** A host that runs containers. */
  readonly containers?: string;
  /** A host that may only be looked at. */
  readonly looking?: string;
  /** As the page's address: '/hosts/local'. */
  readonly path?: string;
  /** Of the first host, what an earlier run of the program left: see left-over.ts. */
  readonly left?: boolean;
  /** Milliseconds that each answer of a host takes. */
  readonly delay?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** What the browser may complain of in its own words without failing the test. */
  readonly tolerated?: RegExp;
}

/** The whole window over the fake backend, in a browser. */
export interface AppPage {
  readonly page: Page;
  /** Main's question, when one is open. */
  readonly question: FrameLocator;
  row(name: string): Locator;
  /** Accessibility faults of what is shown, as axe finds them; in the question too when one is open. */
  faults(): Promise<string[]>;
}

interface Fixtures {
  $file: { browser: Browser; url: string };
  $test: { open(options?: OpenOptions): Promise<AppPage> };
}

const pages = base.extend<Fixtures>({
  url: [
    // oxlint-disable-next-line no-empty-pattern -- vitest reads what a fixture needs from this pattern
    async ({}, use) => {
      const served = await serveBuilt();
      await use(served.url);
      await served.close();
    },
    { scope: 'file' },
  ],
  browser: [
    // oxlint-disable-next-line no-empty-pattern -- see above
    async ({}, use) => {
      const executablePath = browsers.find((path) => existsSync(path));
      if (executablePath === undefined) throw new Error(`no browser is installed; looked for ${browsers.join(', ')}`);
      // Chromium's sandbox refuses to work for root. This plain browser shows our own page only; the app itself is never run so.
      const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
      await use(browser);
      await browser.close();
    },
    { scope: 'file' },
  ],
  open: async ({ browser, url }, use) => {
    const closing: (() => Promise<void>)[] = [];
    const complaints: string[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: options.colorScheme ?? 'light' });
      closing.push(async () => context.close());
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(String(error.stack)));
      page.on('console', (message) => {
        if (message.type() !== 'error' && message.type() !== 'warning') return;
        if (options.tolerated?.test(message.text()) !== true) complaints.push(message.text());
      });
      await page.goto(addressOf(url, options));
      await page.getByRole('main').waitFor();
      closing.unshift(async () => {
        complaints.push(...(await page.evaluate(() => window.harness.log)));
      });
      return appPage(page);
    });
    for (const close of closing) await close();
    if (complaints.length > 0) throw new Error(`The window complained:\n${complaints.join('\n')}`);
  },
});

export const test = pages;

function addressOf(
  url: string,
  { hosts = ['local'], guests, silent, containers, looking, left = false, delay = 20, path = '/' }: OpenOptions,
): string {
  const options = new URLSearchParams({ hosts: hosts.join(','), delay: String(delay) });
  if (guests !== undefined) options.set('guests', String(guests));
  if (silent !== undefined) options.set('silent', silent);
  if (containers !== undefined) options.set('containers', containers);
  if (looking !== undefined) options.set('looking', looking);
  if (left) options.set('left', 'yes');
  return `${url}?${options}#${path}`;
}

function appPage(page: Page): AppPage {
  return {
    page,
    question: page.frameLocator('iframe[title="Question"]'),
    row: (name) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) }),
    faults: async () => {
      // One by one: the question is a frame only here, and a window of its own in the app.
      const faults: string[] = [];
      for (const frame of page.frames()) {
        await frame.evaluate(axe.source);
        faults.push(...(await frame.evaluate(violations)));
      }
      return faults;
    },
  };
}

/** Runs in the page. */
async function violations(): Promise<string[]> {
  // Transitions make colours of the moment, which nobody reads.
  await Promise.all(document.getAnimations().map(async (animation) => animation.finished.catch(() => {})));
  const found = await window.axe.run(document, { resultTypes: ['violations'], iframes: false });
  return found.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target, html }) => `${String(target)} ${html.slice(0, 160)}`).join('; ')}`,
  );
}

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}
