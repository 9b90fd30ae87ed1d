import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Desktop } from './desktop.ts';

/** What a tour is shown on. */
export interface Scene {
  readonly page: Page;
  readonly desktop: Desktop;
}

/** One tour: steps that build on each other, a picture of the whole desktop after each. */
export interface TourSteps {
  /** Where its pictures are. */
  readonly pictures: string;
  /** A step has failed. After one that did, the rest would only say so again. */
  readonly broken: boolean;
  /** `readme`: the page alone is kept too, under this name, for the README. */
  step(title: string, perform: () => Promise<void>, readme?: string): void;
}

/** `folder` below out/tour; it is emptied. */
export function tourSteps(folder: string, scene: () => Scene): TourSteps {
  const pictures = fileURLToPath(new URL(`../../out/tour/${folder}`, import.meta.url));
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true });
  let broken = false;
  let number = 0;
  return {
    pictures,
    get broken() {
      return broken;
    },
    step(title, perform, readme) {
      number += 1;
      const prefix = String(number).padStart(2, '0');
      test(title, { timeout: 180_000 }, async () => {
        expect(broken, 'an earlier step failed').toBe(false);
        broken = true;
        const start = Date.now();
        await perform();
        const { page, desktop } = scene();
        if (readme !== undefined) await page.screenshot({ path: `${pictures}/readme-${readme}.png` });
        await desktop.photograph(`${pictures}/${prefix}-${title.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}.png`);
        console.log(`${folder} ${prefix} ${title}: ${((Date.now() - start) / 1000).toFixed(1)} s`);
        broken = false;
      });
    },
  };
}
