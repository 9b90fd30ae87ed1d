import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { PrivateLibvirtd } from '../bed/private-libvirtd.ts';

export interface Likeness {
  /** Share of pixels that are not near black, in the window's console. */
  readonly lit: number;
  /** Share of pixels in which the console and the hypervisor's own screenshot differ. */
  readonly different: number;
}

/** Holds what the window's console shows against what the hypervisor itself says the guest's screen shows. */
export async function comparePicture(page: Page, daemon: PrivateLibvirtd, name: string): Promise<Likeness> {
  const file = join(daemon.dir, 'screen.png');
  await daemon.virsh('screenshot', name, file);
  const truth = (await readFile(file)).toString('base64');
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const shown = document.querySelector<HTMLCanvasElement>('.gh-console canvas');
    if (shown === null) throw new Error('the console shows no picture');
    const { width, height } = image;
    const draw = (source: CanvasImageSource) => {
      const context = new OffscreenCanvas(width, height).getContext('2d');
      if (context === null) throw new Error('no canvas to compare on');
      context.drawImage(source, 0, 0, width, height);
      return context.getImageData(0, 0, width, height).data;
    };
    const [expected, actual] = [draw(image), draw(shown)];
    let lit = 0;
    let different = 0;
    for (let i = 0; i < expected.length; i += 4) {
      const distance = Math.abs((expected[i] ?? 0) - (actual[i] ?? 0)) + Math.abs((expected[i + 1] ?? 0) - (actual[i + 1] ?? 0));
      if ((actual[i] ?? 0) + (actual[i + 1] ?? 0) + (actual[i + 2] ?? 0) > 96) lit += 1;
      if (distance > 64) different += 1;
    }
    return { lit: lit / (width * height), different: different / (width * height) };
  }, truth);
}
