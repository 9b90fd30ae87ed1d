import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startDisplay } from '../../build/setup/display.mjs';
import { type RunningApp, startApp } from '../app/launch.ts';
import { freePort } from '../bed/free-port.ts';
import { accepts, type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { serialLine } from '../bed/serial-line.ts';
import { tinyGuest } from '../bed/tiny-guest.ts';

// The programs themselves, where test/app/external-displays.test.ts has stand-ins for them. Without gnome-connections, which would be the first.

const run = promisify(execFile);
const pictures = 'out/external-viewers';
const patience = { timeout: 90_000, interval: 1000 };
const green = '20a060';
/** Of Linux's text console: the background that `ESC [ 44 m` asks for. */
const blue = '0000aa';

beforeAll(() => mkdir(pictures, { recursive: true }));

/** What RDP packs pictures with rounds colours. */
const NEAR = 4;

/** How many pixels of the picture have the colour, and how many there are. */
async function count(file: string, colour: string): Promise<{ readonly lit: number; readonly all: number }> {
  const { stdout } = await run('convert', [file, '-depth', '8', 'rgb:-'], { encoding: 'latin1', maxBuffer: 64 << 20 });
  const pixels = Buffer.from(stdout, 'latin1');
  const wanted = Buffer.from(colour, 'hex');
  let lit = 0;
  for (let at = 0; at < pixels.length; at += 3) if (wanted.every((value, i) => Math.abs((pixels[at + i] ?? 0) - value) <= NEAR)) lit += 1;
  return { lit, all: pixels.length / 3 };
}

/** The screen on which the app and what it starts have their windows. */
class Screen {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  async do(...words: string[]): Promise<string> {
    return (await run('xdotool', words, { env: { ...process.env, DISPLAY: this.name } })).stdout.trim();
  }
  /** The number of the first window that is seen and has such a title; empty: there is none. */
  async window(title: string): Promise<string> {
    const found = await this.do('search', '--onlyvisible', '--name', title).catch(() => '');
    return found.split('\n')[0] ?? '';
  }
  async photograph(what: string, window = 'root'): Promise<string> {
    const file = `${pictures}/${what}.png`;
    await run('import', ['-display', this.name, '-window', window, file]);
    return file;
  }
}

async function newScreen(size?: string): Promise<Screen> {
  const display = await startDisplay(size);
  onTestFinished(() => display.stop());
  return new Screen(display.name);
}

async function newDaemon(): Promise<PrivateLibvirtd> {
  const daemon = await startPrivateLibvirtd();
  onTestFinished(() => daemon.stop());
  return daemon;
}

/** The app, with the guest's console in it. */
async function consoleOf(guest: string, uri: string, screen: Screen): Promise<RunningApp> {
  const running = await startApp({ uri, env: { DISPLAY: screen.name } });
  onTestFinished(() => running.stop());
  running.page.setDefaultTimeout(patience.timeout);
  await running.page.getByRole('link', { name: guest, exact: true }).click();
  await running.page.getByRole('tab', { name: 'Console' }).click();
  return running;
}

/** What the app starts goes on when it ends, and so has to be closed by a person. */
const viewers: { readonly screen: Screen; readonly window: string }[] = [];
afterEach(async () => {
  for (const { screen, window } of viewers.splice(0)) await screen.do('windowkill', window).catch(() => '');
});
async function viewer(screen: Screen, title: string): Promise<string> {
  await expect.poll(() => screen.window(title), patience).not.toBe('');
  const window = await screen.window(title);
  viewers.unshift({ screen, window });
  return window;
}

/** FreeRDP's own server, which shows a screen that is green, with a certificate that it makes for itself. */
async function startRdpServer(): Promise<number> {
  const shown = await newScreen('640x480');
  const home = await mkdtemp(join(tmpdir(), 'guesthouse-rdp-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const port = await freePort();
  const env = { ...process.env, DISPLAY: shown.name, HOME: home, XDG_CONFIG_HOME: join(home, 'config') };
  const painter = spawn('display', ['-size', '640x480', `xc:#${green}`], { env, stdio: 'ignore' });
  onTestFinished(() => void painter.kill());
  const server = spawn('freerdp-shadow-cli', ['/bind-address:127.0.0.1', `/port:${port}`, '-auth'], { env, stdio: 'ignore' });
  onTestFinished(() => void server.kill());
  await expect.poll(() => accepts(port), patience).toBe(true);
  return port;
}

test('Remmina asks about the certificate of a remote desktop, and shows it', async () => {
  const port = await startRdpServer();
  const daemon = await newDaemon();
  const host = join(daemon.dir, 'far.xml');
  // libvirt's test driver: QEMU's of this version knows no RDP.
  await writeFile(
    host,
    `<node><domain type="test"><name>far</name><memory>65536</memory><vcpu>1</vcpu><os><type>hvm</type></os><devices>
      <graphics type="rdp" port="${port}" autoport="no"><listen type="address" address="127.0.0.1"/></graphics>
    </devices></domain></node>`,
  );
  const screen = await newScreen();
  const { page, home } = await consoleOf('far', `test+unix://${host}?socket=${daemon.socket}`, screen);
  await page.getByRole('button', { name: 'Open in Remmina' }).click();
  const window = await viewer(screen, `127.0.0.1:${port}`);
  const trusted = () => readFile(join(home, 'config/freerdp/known_hosts2'), 'utf8').catch(() => '');
  // The question's ground is light, where the desktop would be.
  const asked = async () => {
    const file = await screen.photograph('remmina-asks', window);
    const { lit, all } = await count(file, 'f6f5f4');
    return lit > all / 8;
  };
  await expect.poll(asked, patience).toBe(true);
  expect((await count(`${pictures}/remmina-asks.png`, green)).lit).toBe(0);
  expect(await trusted()).not.toContain('127.0.0.1');
  const shown = async () => {
    await screen.do('windowactivate', '--sync', window, 'mousemove', '--window', window, '107', '232', 'click', '1');
    return (await count(await screen.photograph('remmina-shows'), green)).lit;
  };
  await expect.poll(shown, patience).toBeGreaterThan(10_000);
  expect(await trusted()).toContain('127.0.0.1');
});

/**
 * A guest whose display libvirt takes for one with OpenGL, so that it is had by an open file alone. QEMU, which would find no graphics card to
 * draw with where tests run, is not told of OpenGL.
 */
async function startGuest(daemon: PrivateLibvirtd, name: string, log: string): Promise<void> {
  const { vmlinux, initrd } = await tinyGuest();
  const emulator = join(daemon.dir, 'qemu-without-gl');
  const card = join(daemon.dir, 'card');
  await writeFile(
    emulator,
    `#!/bin/bash\nshopt -s extglob\nwords=()\nfor word; do\n  word=\${word/,gl=on/}\n  words+=("\${word/,rendernode=*([^,])/}")\ndone\nexec qemu-system-x86_64 "\${words[@]}"\n`,
  );
  await chmod(emulator, 0o755);
  await writeFile(card, '');
  const file = join(daemon.dir, `${name}.xml`);
  await writeFile(
    file,
    `<domain type='qemu'><name>${name}</name><memory unit='MiB'>256</memory><vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type><kernel>${vmlinux}</kernel><initrd>${initrd}</initrd>
    <cmdline>console=tty0 console=ttyS0,115200 quiet no_timer_check</cmdline></os>
  <features><acpi/><apic/></features><cpu mode='maximum'/>
  <devices>
    <emulator>${emulator}</emulator>
    <serial type='pty'><log file='${log}'/></serial>
    <graphics type='spice'><listen type='none'/><gl enable='yes' rendernode='${card}'/></graphics>
    <video><model type='vga'/></video>
  </devices>
</domain>`,
  );
  await daemon.virsh('define', file);
  await daemon.virsh('start', name);
}

test('virt-viewer is handed the display that no port leads to, and shows it', async () => {
  const daemon = await newDaemon();
  const log = join(daemon.dir, 'log/serial.log');
  await startGuest(daemon, 'drawn', log);
  const line = await serialLine(daemon, 'drawn', log);
  onTestFinished(() => line.close());
  await line.until(/login:/, 120_000);
  line.type('root');
  await line.until(/\/root #/, 60_000);
  line.type(`printf '\\033[44m\\033[2J' > /dev/tty1`);
  const truth = join(daemon.dir, 'drawn.png');
  const drawn = async () => {
    await daemon.virsh('screenshot', 'drawn', truth);
    const { lit, all } = await count(truth, blue);
    return lit / all;
  };
  await expect.poll(drawn, patience).toBeGreaterThan(0.9);
  const { lit } = await count(truth, blue);

  const screen = await newScreen();
  const { page } = await consoleOf('drawn', daemon.uri, screen);
  await page.getByRole('button', { name: 'SPICE display with OpenGL' }).click();
  await page.getByRole('button', { name: 'Open in virt-viewer' }).click();
  const window = await viewer(screen, '^drawn ');
  const shown = async () => (await count(await screen.photograph('virt-viewer', window), blue)).lit;
  // But for the text cursor, which blinks.
  await expect.poll(async () => Math.abs((await shown()) - lit), patience).toBeLessThanOrEqual(256);
});
