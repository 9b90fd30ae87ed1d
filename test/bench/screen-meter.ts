import type { Page } from 'playwright-core';

declare global {
  interface Window {
    screenMeter: { frames: number; bytes: number; lastFrame: number };
  }
}

/** Counts, from now on, what is painted on canvases of the page, and the bytes that come over ports. To be called before a console is opened. */
export function installScreenMeter(page: Page): Promise<void> {
  return page.evaluate(() => {
    const meter = { frames: 0, bytes: 0, lastFrame: 0 };
    window.screenMeter = meter;
    const draw = CanvasRenderingContext2D.prototype.drawImage;
    const counted = function (this: CanvasRenderingContext2D, ...args: unknown[]) {
      if (this.canvas.isConnected) {
        meter.frames += 1;
        meter.lastFrame = performance.now();
      }
      return Reflect.apply(draw, this, args);
    };
    Object.assign(CanvasRenderingContext2D.prototype, { drawImage: counted });
    const weigh = (event: Event): void => {
      const data: unknown = Reflect.get(event, 'data');
      const bytes: unknown = typeof data === 'object' && data !== null && Reflect.get(data, 'bytes');
      if (bytes instanceof Uint8Array) meter.bytes += bytes.byteLength;
    };
    const listen = MessagePort.prototype.addEventListener;
    MessagePort.prototype.addEventListener = function (this: MessagePort, ...args: Parameters<typeof listen>) {
      if (args[0] === 'message') Reflect.apply(listen, this, ['message', weigh]);
      return Reflect.apply(listen, this, args);
    };
  });
}

export interface ScreenRate {
  readonly framesPerSecond: number;
  readonly megabytesPerSecond: number;
}

/** What came and was painted meanwhile. */
export async function measureScreen(page: Page, milliseconds: number): Promise<ScreenRate> {
  return page.evaluate(async (span) => {
    const began = performance.now();
    const { frames, bytes } = window.screenMeter;
    await new Promise((resolve) => setTimeout(resolve, span));
    const seconds = (performance.now() - began) / 1000;
    return {
      framesPerSecond: (window.screenMeter.frames - frames) / seconds,
      megabytesPerSecond: (window.screenMeter.bytes - bytes) / 1e6 / seconds,
    };
  }, milliseconds);
}

/** Milliseconds from a key's press to the next picture, of a screen that stands still otherwise; `rounds` of them. */
export async function measureKeys(page: Page, rounds: number): Promise<number[]> {
  return page.evaluate(async (count) => {
    const canvas = [...document.querySelectorAll('canvas')].find((one) => one.isConnected && one.width > 300);
    if (canvas === undefined) throw new Error('no screen');
    const pause = (span: number) => new Promise((resolve) => setTimeout(resolve, span));
    const press = (code: string, key: string): void => {
      for (const type of ['keydown', 'keyup'])
        canvas.dispatchEvent(new KeyboardEvent(type, { code, key, bubbles: true, cancelable: true }));
    };
    const times: number[] = [];
    for (let round = 0; round < count; round += 1) {
      await pause(300);
      const before = window.screenMeter.frames;
      const pressed = performance.now();
      if (round % 2 === 0) press('KeyA', 'a');
      else press('Backspace', 'Backspace');
      while (window.screenMeter.frames === before && performance.now() - pressed < 3000) await pause(0);
      times.push(window.screenMeter.lastFrame - pressed);
    }
    return times;
  }, rounds);
}
