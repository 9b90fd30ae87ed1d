import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './app-page.ts';
import { at, bytesOf, openConsole, received, send } from './console-wire.ts';

/** Nothing that a guest sends may freeze, fool or fill the window. The guest's end of each console is ours here. */
const ESC = '\u001b';
const CSI = `${ESC}[`;
const CANARY = 'canary of the host';

/** The longest time, in milliseconds, for which the window did not answer while it took in `text`. */
const blockedBy = async (page: Page, text: string) =>
  page.evaluate(async (hostile) => {
    const bytes = new TextEncoder().encode(hostile);
    let worst = 0;
    let last = performance.now();
    const watch = setInterval(() => {
      worst = Math.max(worst, performance.now() - last);
      last = performance.now();
    }, 1);
    // With nothing to send this is how long an idle window is kept waiting by the rest of the machine.
    if (hostile === '') await new Promise((resolve) => setTimeout(resolve, 500));
    else await window.wire.send(bytes);
    await new Promise(requestAnimationFrame);
    clearInterval(watch);
    return Math.max(worst, performance.now() - last);
  }, text);

test('G1: no repeat count of any sequence freezes the window', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Serial 1');
  const cdp = await page.context().newCDPSession(page);
  // Time of the processor, not of the wall: other work on this machine counts for nothing.
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busy = async () => (await cdp.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
  const cost = async (text: string) => {
    const before = await busy();
    await blockedBy(page, text);
    return (await busy()) - before;
  };
  const finals = Array.from({ length: 0x7e - 0x40 + 1 }, (_, i) => String.fromCharCode(0x40 + i));
  const sizes = ['1000', '65536', '999999999', '2147483647'];
  for (const between of ['', '?', '>', '!', ' ', "'", '"', '$']) {
    const prefix = '?>'.includes(between) ? between : '';
    const sequences = finals.map((final) =>
      sizes.map((count) => `x${CSI}${prefix}${count};${count}${prefix === '' ? between : ''}${final}`).join(''),
    );
    const all = await cost(sequences.join(''));
    if (all >= 0.1) {
      for (const sequence of sequences) expect(await cost(sequence), sequence).toBeLessThan(0.1);
    }
    await send(page, bytesOf(`${ESC}c`));
  }
  await send(page, bytesOf('still here'));
  await page.locator('.xterm-rows').getByText('still here').waitFor();
});

const storms: readonly (readonly [name: string, hostile: string])[] = [
  ['one line of 8 MB', 'x'.repeat(8e6)],
  ['an endless OSC', `${ESC}]52;c;${'A'.repeat(12e6)}`],
  ['a DCS without end', `${ESC}P${'1'.repeat(4e6)}`],
  ['sequences', `${CSI}1;1H${CSI}7m~${CSI}0m${CSI}2J${CSI}24S`.repeat(50_000)],
  ['alternate screens', `${CSI}?1049h${CSI}?1049l`.repeat(20_000)],
  // One cell of a megabyte to xterm alone.
  ['accents on one letter', `e${'\u0301'.repeat(500_000)}`],
  ['accents without a letter', `${CSI}H\u0301`.repeat(50_000)],
  ['questions without end', `${CSI}6n`.repeat(200_000)],
  ['bells and titles', `${'\u0007'.repeat(10_000)}${`${ESC}]0;owned\u0007`.repeat(20_000)}`],
];

test.for(storms)('G2: %s leaves the window answering', async ([, hostile], { open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Serial 1');
  let best = Infinity;
  // What is looked for is a window that freezes for many seconds; how quickly it answers beyond that depends on what else the machine does.
  let limit = 1000;
  for (let i = 0; i < 3 && best >= limit; i++) {
    limit = 1000 + 2 * (await blockedBy(page, ''));
    best = await blockedBy(page, hostile);
  }
  expect(best).toBeLessThan(limit);
  expect(await page.title()).not.toContain('owned');
  await send(page, bytesOf(`${ESC}\\${ESC}cstill here`));
  await page.locator('.xterm-rows').getByText('still here').waitFor();
  await page.keyboard.press('q');
  await expect.poll(async () => received(page)).toMatch(/q$/);
  // Answers to a hundred questions a second, however long that took here.
  expect((await received(page)).length).toBeLessThan(100_000);
});

test('G3, G4: the terminal types nothing of the guest’s choosing and leaves the clipboard alone', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate(async (text) => navigator.clipboard.writeText(text), CANARY);
  await openConsole(page, 'Serial 1');
  const questions = [
    `${CSI}c${CSI}>c${CSI}=c${CSI}5n${CSI}6n${CSI}?6n${CSI}?25$p${CSI}4$p`,
    `${ESC}P$qm${ESC}\\${ESC}P$q"p${ESC}\\${ESC}P$qrm -rf /\r${ESC}\\${ESC}P+q544e${ESC}\\`,
    `${ESC}]0;rm -rf /\u0007${CSI}21t${CSI}20t${CSI}18t${CSI}14t${CSI}11t\u0005`,
    `${ESC}]4;1;?\u0007${ESC}]10;?\u0007${ESC}]11;?\u0007${ESC}]12;?\u0007`,
    `${ESC}]52;c;?\u0007${ESC}]52;c;${Buffer.from('stolen').toString('base64')}\u0007${ESC}]52;p;?${ESC}\\`,
    `${CSI}x${CSI}1x${ESC}Z${CSI}?1004h${CSI}>q${CSI}?u`,
  ];
  await send(page, bytesOf(questions.join('')));
  await page.waitForTimeout(300);
  const replies = await received(page);
  // oxlint-disable-next-line no-control-regex -- that is what replies are made of
  expect(replies).toMatch(/^(\u001b\[[0-9;?>$]*[IORcny])+$/);
  expect(replies).not.toMatch(/[\r\n]/);
  expect(await page.evaluate(async () => navigator.clipboard.readText())).toBe(CANARY);
});

test('G2: searching and saving what has no line ends leaves the window answering', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Serial 1');
  await send(page, bytesOf(`${'x'.repeat(2_000_000)}needle${'x'.repeat(2000)}`));
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.press('Control+Shift+F');
  await page.getByRole('textbox', { name: 'Text to search for' }).fill('needle');
  await page.getByRole('search').getByRole('status').getByText('1 of 1').waitFor();
  await page.getByRole('textbox', { name: 'Text to search for' }).fill('x');
  await page
    .getByRole('search')
    .getByRole('status')
    .getByText(/of \d+\+/)
    .waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'More of the terminal' }).click();
  await page.getByRole('menuitem', { name: 'Save to file…' }).click();
  await page.getByText('What the terminal has shown was saved').waitFor();
});

test('G6: bells ring at most once a second, and the title goes nowhere', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Serial 1');
  const rings = await page.evaluate(async () => {
    let count = 0;
    const watch = new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes) if (node instanceof Element && node.matches('.gh-terminal-bell')) count++;
    });
    watch.observe(document.body, { subtree: true, childList: true });
    const started = performance.now();
    while (performance.now() - started < 3000) await window.wire.send(new Uint8Array(10_000).fill(7));
    watch.disconnect();
    return { count, seconds: (performance.now() - started) / 1000 };
  });
  expect(rings.count).toBeGreaterThan(0);
  expect(rings.count).toBeLessThanOrEqual(rings.seconds + 1);
});

test('G5: what looks like a link is only text', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Serial 1');
  await send(page, bytesOf(`${ESC}]8;;javascript:alert(1)${ESC}\\click me${ESC}]8;;${ESC}\\ https://example.org/`));
  const text = page.locator('.xterm-rows').getByText('click me');
  const box = await text.boundingBox();
  // By position: the terminal's own layer lies above its text.
  await page.mouse.move((box?.x ?? 0) + 20, (box?.y ?? 0) + 5);
  await page.keyboard.down('Control');
  await page.mouse.click((box?.x ?? 0) + 20, (box?.y ?? 0) + 5);
  await page.keyboard.up('Control');
  expect(page.context().pages()).toHaveLength(1);
  expect(await page.getByRole('link', { name: 'click me' }).count()).toBe(0);
  expect(new URL(page.url()).hash).toBe(`#${at}`);
});

test('credit comes back only for what was dealt with', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/create' });
  await openConsole(page, 'Serial 1');
  await send(page, bytesOf('x'.repeat(2_000_000)));
  expect(await page.evaluate(() => window.wire.outstanding)).toBe(0);
  const atOnce = await page.evaluate(() => {
    void window.wire.send(new Uint8Array(400_000).fill(120));
    return window.wire.outstanding;
  });
  expect(atOnce).toBe(400_000);
  await expect.poll(async () => page.evaluate(() => window.wire.outstanding)).toBe(0);
});
