import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { appCommand } from './launch.ts';

/** The real window over a libvirt of its own, at a chosen density of the screen's pixels. */
export interface VncStage {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly daemon: PrivateLibvirtd;
  stop(): Promise<void>;
}

export async function setVncStage(deviceScaleFactor: number): Promise<VncStage> {
  const daemon = await startPrivateLibvirtd();
  const command = await appCommand({ uri: daemon.uri });
  const app = await _electron.launch({
    executablePath: command.executable,
    args: [`--force-device-scale-factor=${deviceScaleFactor}`],
    env: command.env,
    chromiumSandbox: true,
    colorScheme: null,
  });
  const page = await app.firstWindow();
  page.setDefaultTimeout(30_000);
  await page.getByRole('link', { name: 'All guests' }).waitFor();
  return {
    app,
    page,
    daemon,
    async stop() {
      await app.close();
      await command.dispose();
      await daemon.stop();
    },
  };
}

/** Starts a guest that only has a screen: its firmware says that there is nothing to boot, and stays so. */
export async function startFirmware(daemon: PrivateLibvirtd, name: string, video = 'vga'): Promise<string> {
  const file = join(daemon.dir, `${name}.xml`);
  await writeFile(
    file,
    `<domain type="qemu"><name>${name}</name><memory unit="MiB">48</memory><os><type arch="x86_64" machine="q35">hvm</type></os>
    <devices><graphics type="vnc" port="-1" listen="127.0.0.1"/><video><model type="${video}"/></video></devices></domain>`,
  );
  await daemon.virsh('define', file);
  await daemon.virsh('start', name);
  return (await daemon.virsh('domuuid', name)).trim();
}

/** Goes to a guest's console. */
export async function showConsole(page: Page, id: string): Promise<void> {
  await page.evaluate((hash) => (window.location.hash = hash), `/hosts/local/guests/${id}/console`);
  await page.getByRole('application', { name: 'Screen of the guest' }).waitFor();
}

export async function chooseScale(page: Page, scale: string): Promise<void> {
  await page.getByRole('button', { name: /^Size: / }).click();
  await page.getByRole('menuitem', { name: new RegExp(`^${scale}`) }).click();
}

/** Where the window shows the guest's picture, in pixels of the screen. */
export interface Shown {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

export const shownAt = (page: Page): Promise<Shown> =>
  page.getByRole('application', { name: 'Screen of the guest' }).evaluate((canvas) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const ratio = window.devicePixelRatio;
    return { left: left * ratio, top: top * ratio, width: width * ratio, height: height * ratio, ratio };
  });

/** The guest's screen as the hypervisor itself has it, as PNG. */
export async function truth(daemon: PrivateLibvirtd, name: string): Promise<Buffer> {
  const file = join(daemon.dir, `${name}.png`);
  await daemon.virsh('screenshot', name, file);
  return readFile(file);
}

/** The window as it is painted, each pixel of the screen, as PNG. */
export async function painted(app: ElectronApplication): Promise<Buffer> {
  const base64 = await app.evaluate(async ({ BrowserWindow }) => {
    const picture = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage();
    return picture?.toPNG({ scaleFactor: 1 }).toString('base64') ?? '';
  });
  return Buffer.from(base64, 'base64');
}

export interface Comparison {
  readonly width: number;
  readonly height: number;
  /** Pixels of the guest that are not exactly what the window shows in their place, of those the window has room for. */
  readonly different: number;
  /** Of how many. */
  readonly compared: number;
  /** Of the guest's pixels, those that are not black: a picture of nothing proves nothing. */
  readonly lit: number;
}

/** Holds the painted window against the guest's picture, each of whose pixels is a square of `factor` on the screen. */
export async function compare(stage: VncStage, name: string, factor: number): Promise<Comparison> {
  const guest = await truth(stage.daemon, name);
  const window = await painted(stage.app);
  const shown = await shownAt(stage.page);
  const [guestPng, windowPng] = [guest.toString('base64'), window.toString('base64')];
  return stage.page.evaluate(
    async ({ guestPng, windowPng, shown, factor }) => {
      const read = async (base64: string) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
        if (context === null) throw new Error('no canvas to compare on');
        context.drawImage(image, 0, 0);
        return context.getImageData(0, 0, image.width, image.height);
      };
      const [expected, actual] = await Promise.all([read(guestPng), read(windowPng)]);
      const [left, top] = [Math.round(shown.left), Math.round(shown.top)];
      const stageBox = document.querySelector('.gh-screen')?.getBoundingClientRect();
      // The stage has round corners, and scroll bars where it needs them.
      const first = Math.ceil((stageBox?.left ?? 0) * shown.ratio) + 20;
      const upper = Math.ceil((stageBox?.top ?? 0) * shown.ratio) + 20;
      const right = Math.floor((stageBox?.right ?? 0) * shown.ratio) - 20;
      const bottom = Math.floor((stageBox?.bottom ?? 0) * shown.ratio) - 20;
      let [different, compared, lit] = [0, 0, 0];
      for (let y = 0; y < expected.height * factor; y++) {
        for (let x = 0; x < expected.width * factor; x++) {
          if (left + x < first || top + y < upper || left + x >= right || top + y >= bottom) continue;
          const from = 4 * (Math.floor(y / factor) * expected.width + Math.floor(x / factor));
          const to = 4 * ((top + y) * actual.width + left + x);
          const is = (at: number) => expected.data[from + at] === actual.data[to + at];
          compared += 1;
          if (!is(0) || !is(1) || !is(2)) different += 1;
          if ((expected.data[from] ?? 0) + (expected.data[from + 1] ?? 0) + (expected.data[from + 2] ?? 0) > 60) lit += 1;
        }
      }
      return { width: expected.width, height: expected.height, different, compared, lit };
    },
    { guestPng, windowPng, shown, factor },
  );
}
