import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** That the guest whose page is shown has come up as far as asking who is there, in the serial console of that name. */
export async function asksToLogIn(page: Page, patienceMs: number, name = 'Serial console'): Promise<void> {
  await page.getByRole('tab', { name: 'Console' }).click();
  await page.getByRole('main').getByRole('button', { name, exact: true }).last().click();
  const terminal = page.locator('.gh-terminal-stage:visible');
  await terminal.locator('.xterm-helper-textarea').focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => terminal.innerText(), { timeout: patienceMs, interval: 1000 }).toContain('tiny login:');
}
