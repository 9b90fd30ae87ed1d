import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { kernelKeymap } from '../bed/kernel-keymap.ts';
import { type SerialLine, serialLine } from '../bed/serial-line.ts';
import { tinyDomainXml, tinyGuest } from '../bed/tiny-guest.ts';
import { appCommand } from './launch.ts';

// Keys of a real keyboard (xdotool's) and of the app, in real guests that tell over their second serial lines what they were typed. Nothing
// is typed into their first ones: a guest loses what comes there while it is busy, and its login has settings of its own for them.

const run = promisify(execFile);
const LONG = 120_000;

let app: ElectronApplication;
let page: Page;
let daemon: PrivateLibvirtd;
let display: string;
let stop: () => Promise<void>;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  const command = await appCommand({ uri: daemon.uri });
  display = command.env['DISPLAY'] ?? '';
  app = await _electron.launch({ executablePath: command.executable, env: command.env, chromiumSandbox: true, colorScheme: null });
  page = await app.firstWindow();
  page.setDefaultTimeout(30_000);
  await page.getByRole('link', { name: 'All guests' }).waitFor();
  stop = async () => {
    await app.close();
    await command.dispose();
    await daemon.stop();
  };
});
afterAll(async () => stop?.());

const xdotool = (...args: string[]) => run('xdotool', args, { env: { ...process.env, DISPLAY: display } });
const pressReleaseKeys = () => xdotool('key', 'Control_L+Alt_L');
const screen = () => page.getByRole('application', { name: 'Screen of the guest' });
const hasKeyboard = () => screen().evaluate((canvas) => canvas === document.activeElement);
const fillsScreen = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isFullScreen() ?? false);
const fillScreen = (on: boolean) =>
  page.evaluate((wanted) => window.guesthouse.invoke('windows.fullScreen', { on: wanted, monitor: null }), on);

interface RunningGuest {
  readonly line: SerialLine;
  readonly id: string;
  /** What it wrote to its serial line, as UTF-8. */
  heard(): Promise<string>;
  /** The same of its second one, of which nothing else in the guest knows. */
  told(): Promise<string>;
}

let started = 0;

/** `xml` is given the name too: a second try of a test needs another one. */
async function start(kind: string, xml: (name: string, serialLog: string) => string): Promise<RunningGuest> {
  started += 1;
  const name = `${kind}-${started}`;
  const log = join(daemon.dir, 'log', `${name}.log`);
  const file = join(daemon.dir, `${name}.xml`);
  const second = join(daemon.dir, 'log', `${name}-told.log`);
  const line2 = `<serial type='file'><source path='${second}'/></serial>`;
  await writeFile(file, xml(name, log).replace('</devices>', `${line2}</devices>`));
  await daemon.virsh('define', file);
  await daemon.virsh('start', name);
  const line = await serialLine(daemon, name, log);
  const textOf = (path: string) => readFile(path, 'utf8').catch(() => '');
  return { line, id: (await daemon.virsh('domuuid', name)).trim(), heard: () => textOf(log), told: () => textOf(second) };
}

async function showConsole(id: string): Promise<void> {
  await page.evaluate((hash) => (window.location.hash = hash), `/hosts/local/guests/${id}/console`);
  await screen().waitFor();
  await page.getByRole('button', { name: 'Send keys' }).and(page.locator(':enabled')).waitFor();
}

async function typeText(layout: string, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Send keys' }).click();
  await page.getByRole('menuitem', { name: 'Type text into the guest…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Type text into the guest' });
  await dialog.getByLabel('Keyboard layout of the guest').selectOption(layout);
  await dialog.getByRole('textbox', { name: 'Text' }).fill(text);
  // QEMU keeps sixteen bytes of a keyboard and loses the next, where the guest is slow to take them.
  await dialog.getByLabel('Pace').selectOption('10');
  const enters = dialog.getByLabel(/^Press Enter/);
  if (text.includes('\n')) await enters.check();
  await dialog.getByRole('button', { name: 'Type', exact: true }).click();
  await dialog.waitFor({ state: 'detached', timeout: 60_000 });
}

/** At the guest's screen. */
async function logIn(line: SerialLine): Promise<void> {
  await typeText('us', 'root\n');
  await line.until(/root login on 'tty1'/, 60_000);
}

const told = { timeout: 60_000 };

test(
  'text typed at a real login and shell arrives as it is, in US and, with the guest’s keys set so, in German',
  async () => {
    const files = await tinyGuest();
    const initrd = await withGerman(files.initrd);
    const guest = await start('keys', (name, serialLog) => tinyDomainXml({ ...files, initrd }, { name, serialLog }));
    await guest.line.until(/login:/, LONG);
    await showConsole(guest.id);
    await logIn(guest.line);
    const ascii = `Zy@#$%^&*()_+{}|~\`<>?"\\/;:,.[]=-019`;
    await typeText('us', `echo '${ascii}' >/dev/ttyS1\n`);
    await expect.poll(guest.told, told).toContain(ascii);

    await typeText('us', 'loadkmap </de.bmap && echo German >/dev/ttyS1\n');
    await expect.poll(guest.told, told).toContain('German');
    const german = 'Zy@ß{}|~€äÖ^`\\';
    await typeText('de-nodeadkeys', `echo 'de:${german}' >/dev/ttyS1\n`);
    await expect.poll(guest.told, told).toContain(`de:${german}`);
    // Keys go by where they are: those of this US keyboard that are labelled otherwise on a German one.
    await typeText('de-nodeadkeys', 'cat >/dev/ttyS1\n');
    await expect.poll(hasKeyboard).toBe(true);
    await xdotool('key', '--delay', '200', 'z', 'y', 'semicolon', 'minus', 'bracketleft', 'Return');
    await expect.poll(guest.told, told).toContain('yzößü');
    guest.line.close();
  },
  3 * LONG,
);

/** The guest's first files and a German keymap for its `loadkmap`: Linux unpacks one archive after the other. */
async function withGerman(initrd: string): Promise<string> {
  const folder = join(daemon.dir, 'german');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'de.bmap'), kernelKeymap('de'));
  const both = join(daemon.dir, 'lib/images/german.initrd');
  const script = 'cd "$2" && { cat "$1"; echo de.bmap | cpio -o -H newc --quiet | gzip; } >"$3"';
  await run('sh', ['-c', script, 'sh', initrd, folder, both]);
  return both;
}

test(
  'text typed into a boot loader arrives as it is',
  async () => {
    const iso = await rescueIso();
    const xml = (name: string, serialLog: string): string =>
      tinyDomainXml({ iso, vmlinux: '', initrd: '' }, { name, bootIso: true, serialLog });
    const { line, id, heard } = await start('loader', xml);
    await line.until(/grub>/, LONG);
    await showConsole(id);
    const text = 'Zy@#%^&*()_+|~<>?/:,.[]=-019';
    await typeText('us', `echo "${text}"\n`);
    // As the loader says it again: what it shows while one types is full of the cursor's positions.
    await expect.poll(heard, { timeout: 60_000 }).toContain(text);
    line.close();
  },
  2 * LONG,
);

/** GRUB with nothing to boot: its command line, which is also how a menu entry is edited. */
async function rescueIso(): Promise<string> {
  const folder = join(daemon.dir, 'loader');
  await mkdir(join(folder, 'boot/grub'), { recursive: true });
  const lines = ['serial --unit=0 --speed=115200', 'terminal_input console', 'terminal_output console serial'];
  await writeFile(join(folder, 'boot/grub/grub.cfg'), lines.join('\n'));
  const iso = join(daemon.dir, 'lib/images/loader.iso');
  await run('sh', ['-c', '"$(command -v grub-mkrescue || command -v grub2-mkrescue)" -o "$1" "$2"', 'sh', iso, folder]);
  return iso;
}

const showTiny = async (name: string): Promise<RunningGuest> => {
  const files = await tinyGuest();
  const guest = await start(name, (unique, serialLog) => tinyDomainXml(files, { name: unique, serialLog }));
  await guest.line.until(/login:/, LONG);
  await showConsole(guest.id);
  return guest;
};

test(
  'shortcuts of the window go to the guest while its console has the keyboard',
  async () => {
    const { line, told: typed } = await showTiny('shortcuts');
    await logIn(line);
    await typeText('us', 'stty -ixon; cat -v >/dev/ttyS1\n');
    await expect.poll(hasKeyboard).toBe(true);
    // Letters come as themselves: no modifier is down. Ctrl+N would open a page, Ctrl+Q end the program.
    await xdotool('key', 'a', 'ctrl+n', 'ctrl+q', 'b', 'Return');
    await expect.poll(typed, told).toContain('a^N^Qb');
    expect(page.url()).toContain('/console');
    line.close();
  },
  2 * LONG,
);

test(
  'after Alt+Tab no Alt is down in the guest, whether it led to another window or back to this one',
  async () => {
    const { line, told: typed } = await showTiny('switched');
    await logIn(line);
    await typeText('us', 'cat -v >/dev/ttyS1\n');
    // Playwright has every page believe that it has the focus all the time.
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setFocusEmulationEnabled', { enabled: false });
    onTestFinished(async () => {
      await app.evaluate(({ BrowserWindow }) => {
        for (const window of BrowserWindow.getAllWindows()) if (window.getTitle() === 'Other') window.destroy();
      });
      await devtools.send('Emulation.setFocusEmulationEnabled', { enabled: true });
      line.close();
    });
    const isBack = async () => (await hasKeyboard()) && (await page.evaluate(() => document.hasFocus()));
    // A window manager that is slow may take a key for its own list of windows, or none at all: each step is done again until it is done.
    const again = { timeout: 120_000, interval: 2000 };
    const altTab = () => xdotool('keydown', 'alt', 'sleep', '0.5', 'key', 'Tab', 'sleep', '0.5', 'keyup', 'alt');
    const switchTo = (back: boolean) =>
      expect
        .poll(async () => {
          if ((await isBack()) !== back) await altTab();
          return isBack();
        }, again)
        .toBe(back);
    const type = async (letters: string): Promise<void> => {
      const line = new RegExp(`^${letters}\\r?$`, 'm');
      await expect
        .poll(async () => {
          await xdotool('key', '--delay', '200', ...Array.from(letters), 'Return');
          return typed();
        }, again)
        .toMatch(line);
      // With Alt, cat -v would say ^[ before the letter.
      expect(await typed()).not.toContain('^[');
    };
    // Alone: the window manager takes Tab and the end of Alt, and changes nothing.
    await expect.poll(isBack, told).toBe(true);
    await altTab();
    await type('ab');

    await app.evaluate(({ BrowserWindow }) => new BrowserWindow({ width: 300, height: 200, title: 'Other' }).show());
    await switchTo(false);
    await switchTo(true);
    // Away with Alt held down here, and back with Alt held down there.
    await switchTo(false);
    await switchTo(true);
    await type('xcz');
  },
  4 * LONG,
);

/** The page does nothing for that long, beginning in a moment; it then notes when it came back. */
const keepBusy = (milliseconds: number) =>
  page.evaluate((time) => {
    setTimeout(() => {
      const end = Date.now() + time;
      while (Date.now() < end);
      document.documentElement.dataset['cameBack'] = String(Date.now());
    }, 200);
  }, milliseconds);

/** When main left full screen, as it noted itself. */
const noteLeaving = () =>
  app.evaluate(({ BrowserWindow }) => {
    const note = { at: 0 };
    Reflect.set(globalThis, 'left', note);
    BrowserWindow.getAllWindows()[0]?.once('leave-full-screen', () => (note.at = Date.now()));
  });
const leftAt = () => app.evaluate((): number => Reflect.get(globalThis, 'left').at);
const cameBackAt = () => page.evaluate(() => Number(document.documentElement.dataset['cameBack'] ?? 0));

test(
  'the release keys leave full screen while the page is busy',
  async () => {
    await showTiny('busy');
    await fillScreen(true);
    await expect.poll(fillsScreen).toBe(true);
    await screen().focus();
    expect(await page.evaluate(() => document.fullscreenElement)).toBeNull();
    await noteLeaving();
    await keepBusy(30_000);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await pressReleaseKeys();
    await pressReleaseKeys();
    await expect.poll(leftAt, { timeout: 60_000 }).toBeGreaterThan(0);
    const left = await leftAt();
    await expect.poll(cameBackAt, { timeout: 120_000 }).toBeGreaterThan(left);
    await expect.poll(hasKeyboard).toBe(false);
  },
  2 * LONG,
);

test(
  'in full screen the desktop’s keys are the guest’s, the release keys give them back, and a page that hangs loses them',
  async () => {
    await showTiny('locked');
    await fillScreen(true);
    await expect.poll(fillsScreen).toBe(true);
    const isLocked = () => page.evaluate(() => document.fullscreenElement !== null);
    // Again, should the page not have heard of its full screen yet.
    const lockByClick = async (): Promise<boolean> => {
      await screen().click();
      return isLocked();
    };
    await expect.poll(lockByClick, { timeout: 60_000 }).toBe(true);
    await page.evaluate(() =>
      document.addEventListener('keydown', ({ code }) => (document.documentElement.dataset['lastKey'] = code), { capture: true }),
    );
    await xdotool('key', 'alt+Tab');
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset['lastKey'])).toBe('Tab');
    await pressReleaseKeys();
    await expect.poll(isLocked).toBe(false);
    expect(await fillsScreen()).toBe(true);

    await expect.poll(lockByClick, { timeout: 60_000 }).toBe(true);
    await noteLeaving();
    await keepBusy(30_000);
    await expect.poll(leftAt, { timeout: 60_000 }).toBeGreaterThan(0);
    const left = await leftAt();
    await expect.poll(cameBackAt, { timeout: 120_000 }).toBeGreaterThan(left);
  },
  3 * LONG,
);
