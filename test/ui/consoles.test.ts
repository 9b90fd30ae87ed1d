import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { guestId, seedGuests } from '../../backends/fake/seed.ts';
import { test } from './app-page.ts';
import { takeWire } from './wire.ts';

const debian = guestId(0);
const template = guestId(3);
const liveRescue = seedGuests().find(({ guest }) => guest.name === 'live-rescue')?.guest.id ?? '';
const at = (id: string) => `/hosts/local/guests/${id}/console`;
const serial = async (page: Page) => page.getByRole('button', { name: 'Serial 1' }).click();
const terminal = (page: Page) => page.getByRole('textbox', { name: 'Serial console of the guest' });
const shown = (page: Page) => page.locator('.xterm-rows');
const screen = (page: Page) => page.getByRole('application', { name: 'Screen of the guest' });
const picture = async (page: Page) => screen(page).evaluate((canvas) => (canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : ''));
/** Opens elsewhere first, so that the port of the first console is already ours. */
async function withWire(page: Page, how: 'tap' | 'replace', id = debian) {
  await takeWire(page, how);
  await page.evaluate((hash) => (window.location.hash = hash), at(id));
}

test('the screen is drawn, moves, and axe finds nothing', async ({ open }) => {
  const { page, faults } = await open({ path: at(debian) });
  await expect.poll(async () => screen(page).evaluate((canvas) => canvas.clientWidth)).toBeGreaterThan(600);
  const before = await picture(page);
  await expect.poll(async () => picture(page)).not.toBe(before);
  await page.getByText('Fake guest').waitFor();
  expect(await faults()).toEqual([]);
});

test('a display that only another program shows says why, and how to get there', async ({ open }) => {
  const { page, faults } = await open({ path: at(liveRescue) });
  await page.getByRole('button', { name: 'Remote desktop (RDP)' }).click();
  await page.getByRole('heading', { name: 'Remote desktop (RDP)' }).waitFor();
  expect(await page.getByRole('textbox', { name: 'Command' }).inputValue()).toBe("xfreerdp /v:'127.0.0.1:3389'");
  await page.getByRole('button', { name: 'Open in Connections' }).click();
  await page.getByText('Connections could not show this display.').waitFor();
  expect(await faults()).toEqual([]);
});

test('keys reach the guest, also those that the desktop takes for itself', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await withWire(page, 'tap');
  await page.getByText('Fake guest').waitFor();
  /** Keysyms that went down, of RFB's KeyEvent messages (RFC 6143, 7.5.4). */
  const pressed = async () =>
    page.evaluate(() => {
      const bytes = window.wire.received;
      const keys: number[] = [];
      for (let i = 0; i + 8 <= bytes.length; i++) {
        if (bytes[i] === 4 && bytes[i + 1] === 1 && bytes[i + 2] === 0 && bytes[i + 3] === 0 && bytes[i + 4] === 0 && bytes[i + 5] === 0) {
          keys.push((bytes[i + 6] ?? 0) * 256 + (bytes[i + 7] ?? 0));
        }
      }
      return keys;
    });
  // The screen takes the keys when it is drawn, which may be after its name is known.
  const hasFocus = async () => screen(page).evaluate((canvas) => canvas === document.activeElement);
  await expect.poll(hasFocus).toBe(true);
  await page.keyboard.press('a');
  await expect.poll(pressed).toEqual([0x61]);
  await page.getByRole('button', { name: 'Ctrl+Alt+Del' }).click();
  await expect.poll(pressed).toEqual([0x61, 0xffe3, 0xffe9, 0xffff]);
  await page.getByRole('button', { name: 'Send keys' }).click();
  await page.getByRole('menuitem', { name: 'Ctrl+Alt+F2', exact: true }).click();
  await expect.poll(pressed).toEqual([0x61, 0xffe3, 0xffe9, 0xffff, 0xffe3, 0xffe9, 0xffbf]);
  await expect.poll(hasFocus).toBe(true);

  await page.getByText('View only').click();
  // Main keeps the choice, and tells it.
  await expect.poll(async () => page.getByRole('button', { name: 'Ctrl+Alt+Del' }).isDisabled()).toBe(true);
  await screen(page).focus();
  await page.keyboard.press('b');
  await page.waitForTimeout(200);
  expect(await pressed()).toHaveLength(7);
});

test('100 % shows each pixel as one', async ({ open }) => {
  const { page } = await open({ path: at(debian) });
  const width = async () => Math.round(await screen(page).evaluate((canvas) => canvas.getBoundingClientRect().width));
  await expect.poll(width).toBeGreaterThan(640);
  await page.getByRole('button', { name: 'Size: fit' }).click();
  await page.getByRole('menuitem', { name: '100 %' }).click();
  await expect.poll(width).toBe(640);
});

test('Ctrl+Alt takes the keyboard back from screen and terminal; Tab does not', async ({ open }) => {
  const { page } = await open({ path: at(debian) });
  await page.getByText('Fake guest').waitFor();
  const release = async () => {
    await page.keyboard.down('Control');
    await page.keyboard.down('Alt');
    await page.keyboard.up('Alt');
    await page.keyboard.up('Control');
  };
  await page.keyboard.press('Tab');
  expect(await screen(page).evaluate((canvas) => canvas === document.activeElement)).toBe(true);
  await page.keyboard.press('Control+Alt+F2');
  expect(await screen(page).evaluate((canvas) => canvas === document.activeElement)).toBe(true);
  await release();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Screen');
  await serial(page);
  await terminal(page).waitFor();
  await expect.poll(async () => terminal(page).evaluate((input) => input === document.activeElement)).toBe(true);
  await release();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Screen');
});

test('the serial console answers a typed command, in UTF-8 both ways', async ({ open }) => {
  const { page, faults } = await open({ path: '/hosts/local/create' });
  await withWire(page, 'tap');
  await serial(page);
  await shown(page).getByText('login: root').waitFor();
  await page.keyboard.type('uname -a\n');
  await shown(page).getByText('Linux debian-13 6.12.0').waitFor();
  await page.keyboard.insertText('echo é 你好 🙂');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await shown(page).innerText()).match(/é 你好 🙂/g)?.length).toBe(2);
  const sent = await page.evaluate(() => new TextDecoder().decode(Uint8Array.from(window.wire.received)));
  expect(sent).toContain('echo é 你好 🙂\r');
  expect(await faults()).toEqual([]);
});

test('what a terminal has shown is still there after a look at the screen', async ({ open }) => {
  const { page } = await open({ path: at(debian) });
  await serial(page);
  await shown(page).getByText('login: root').waitFor();
  await page.keyboard.type('echo remember\n');
  await page.getByRole('button', { name: 'Screen', exact: true }).click();
  await screen(page).waitFor();
  await serial(page);
  await shown(page).getByText('remember').first().waitFor();
});

test('a guest that is off offers to be started, and its console comes and goes with it', async ({ open }) => {
  const { page, faults } = await open({ path: at(template) });
  await page.getByRole('heading', { name: 'The guest is off' }).waitFor();
  expect(await faults()).toEqual([]);
  await page.getByRole('tabpanel').getByRole('button', { name: 'Start' }).click();
  await page.getByText('Fake guest').waitFor();
  await page.evaluate(() => window.harness.change('local', 'template', { state: 'shut-off' }));
  await page.getByRole('heading', { name: 'The guest is off' }).waitFor();
  await page.evaluate(() => window.harness.change('local', 'template', { state: 'running' }));
  await page.getByText('Fake guest').waitFor();
});

test('a serial console that is in use can be taken over, and taken back', async ({ open }) => {
  const { page } = await open({ path: at(debian) });
  const takeElsewhere = async (force: boolean) =>
    page.evaluate(
      async ({ id, force }) =>
        window.guesthouse.invoke('consoles.open', {
          guest: { host: 'local', id },
          console: 'serial0',
          force,
          ticket: crypto.randomUUID(),
        }),
      { id: debian, force },
    );
  expect(await takeElsewhere(false)).toMatchObject({ ok: true });
  await serial(page);
  await page.getByRole('heading', { name: 'In use by another session' }).waitFor();
  await page.getByRole('button', { name: 'Take over' }).click();
  await shown(page).getByText('login: root').waitFor();
  await takeElsewhere(true);
  // What it showed stays, and nobody takes it back without being asked.
  await page.getByText('Taken over by another session').waitFor();
  await shown(page).getByText('login: root').waitFor();
  await page.getByRole('button', { name: 'Take it back' }).click();
  await shown(page).getByText('— reconnected').waitFor();
});

test('leaving and coming back at once finds no console taken by oneself', async ({ open }) => {
  const { page } = await open({ path: at(debian) });
  await serial(page);
  await shown(page).getByText('login: root').waitFor();
  for (let i = 0; i < 3; i++) {
    await page.getByRole('tab', { name: 'Overview' }).click();
    await page.getByRole('tab', { name: 'Console' }).click();
    await serial(page);
  }
  await shown(page).getByText('login: root').first().waitFor();
  expect(await page.getByText('In use by another session').count()).toBe(0);
});

test('a console that cannot be opened says why and can be tried again', async ({ open }) => {
  const { page, faults } = await open({ path: '/hosts/local/create' });
  await page.evaluate(() => window.harness.fail('local', 'console', 'permission', 'This console is not for you.'));
  await page.evaluate((hash) => (window.location.hash = hash), at(debian));
  await page.getByRole('heading', { name: 'This console is not for you.' }).waitFor();
  await page.getByText('Tell it otherwise.').waitFor();
  expect(await faults()).toEqual([]);
  await page.getByRole('button', { name: 'Reconnect' }).click();
  await page.getByText('Fake guest').waitFor();
});

test('lines are pasted only after they were seen, without control characters', async ({ open }) => {
  const { page, faults } = await open({ path: '/hosts/local/create' });
  await withWire(page, 'tap');
  await serial(page);
  await shown(page).getByText('login: root').waitFor();
  const paste = async (text: string) =>
    terminal(page).evaluate((input, pasted) => {
      const data = new DataTransfer();
      data.setData('text/plain', pasted);
      input.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    }, text);
  const sent = async () => page.evaluate(() => String.fromCharCode(...window.wire.received));

  await paste('echo one');
  await expect.poll(sent).toBe('echo one');
  await paste('\u001b[201~rm -rf /\nsecond\n');
  const question = page.getByRole('dialog');
  await question.getByText('rm -rf /').waitFor();
  expect(await faults()).toEqual([]);
  await question.getByRole('button', { name: 'Cancel' }).click();
  expect(await sent()).toBe('echo one');
  await paste('\u001b[201~;\nsecond');
  await question.getByRole('button', { name: 'Paste' }).click();
  await expect.poll(sent).toBe('echo one[201~;\rsecond');
});

test('a flood leaves the window at ease', async ({ open }) => {
  const { page } = await open({ path: at(debian) });
  await serial(page);
  await shown(page).getByText('login: root').waitFor();
  await page.evaluate(() => {
    let last = performance.now();
    const worst = { gap: 0 };
    Object.assign(window, { worst });
    setInterval(() => {
      const now = performance.now();
      worst.gap = Math.max(worst.gap, now - last);
      last = now;
    }, 10);
  });
  await page.keyboard.type('flood 100000\n');
  await shown(page).getByText('line 100000 of 100000').waitFor({ timeout: 60_000 });
  expect(await page.evaluate(() => Reflect.get(Reflect.get(window, 'worst'), 'gap'))).toBeLessThan(2000);
  await page.keyboard.type('echo after\n');
  await expect.poll(async () => (await shown(page).innerText()).match(/after/g)?.length).toBe(2);
});
