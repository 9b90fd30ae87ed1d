import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PrivateLibvirtd, privateLibvirtdObstacle, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { type SerialLine, serialLine } from '../bed/serial-line.ts';
import { type ShellAgent, startShellAgent } from '../bed/shell-agent.ts';
import { tinyDomainXml, tinyGuest } from '../bed/tiny-guest.ts';
import { type RunningApp, startApp } from './launch.ts';

// The desktop's clipboard, Electron's window, QEMU and its port for an agent are real; the agent behind the port is played by the guest's shell.

const obstacle = await privateLibvirtdObstacle();
if (obstacle !== undefined) console.warn(`Skipped: the clipboard of real guests: ${obstacle}`);

const patience = { timeout: 90_000, interval: 500 };
const pictures = 'out/clipboard';
/** spice-protocol, vd_agent.h: VD_AGENT_CLIPBOARD and its kind, VD_AGENT_ANNOUNCE_CAPABILITIES; VD_AGENT_CLIPBOARD_UTF8_TEXT. */
const Agent = { clipboard: 4, announce: 6, grab: 7, request: 8 } as const;
const UTF8_TEXT = 1;
/** Of VD_AGENT_CAP_CLIPBOARD_SELECTION, in front of each message: the clipboard, not what is only selected. */
const CLIPBOARD = 0;
const CANARY = 'canary of the desktop';

/** Text as the words that a shell's agent says; its length in bytes is a multiple of four. */
function wordsOf(text: string): number[] {
  const bytes = Buffer.from(text);
  if (bytes.length % 4 !== 0) throw new Error(`${text} does not fill words`);
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(4 * index));
}

describe.skipIf(obstacle !== undefined).each([
  ['vnc', '<graphics type="vnc" port="-1" listen="127.0.0.1"/>'],
  ['spice', '<graphics type="spice" autoport="yes" listen="127.0.0.1"/>'],
])('the clipboard of a guest with %s', (name, graphics) => {
  let daemon: PrivateLibvirtd;
  let running: RunningApp;
  let page: Page;
  let line: SerialLine;
  let agent: ShellAgent;

  const button = () => page.getByRole('button', { name: /^Clipboard:/ });
  const light = async () => button().getAttribute('aria-label');
  const screen = () => page.getByRole('application', { name: 'Screen of the guest' });
  const desktop = () => running.app.evaluate(({ clipboard }) => clipboard.readText());
  const copyOnDesktop = (text: string) => running.app.evaluate(({ clipboard }, copied) => clipboard.writeText(copied), text);
  const heardOf = async (type: number) => (await agent.heard()).filter((message) => message.type === type);
  const photograph = (what: string) => page.screenshot({ path: `${pictures}/${name}-${what}.png` });

  async function allow(way: string): Promise<void> {
    const toggle = page.getByRole('switch', { name: way });
    await toggle.waitFor();
    // A second try finds it on.
    if (await toggle.isChecked()) return;
    const asked = running.app.waitForEvent('window');
    await page.getByText(way).click();
    const question = await asked;
    const closed = question.waitForEvent('close');
    // The window goes with the click, before Playwright knows that it was made.
    await question.getByRole('button', { name: 'Allow' }).evaluate((element: HTMLElement) => setTimeout(() => element.click()));
    await closed;
    await expect.poll(async () => toggle.isChecked(), patience).toBe(true);
  }

  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
    daemon = await startPrivateLibvirtd();
    const log = join(daemon.dir, 'log/serial.log');
    const file = join(daemon.dir, `${name}.xml`);
    const plain = tinyDomainXml(await tinyGuest(), { name, serialLog: log });
    await writeFile(file, plain.replace(/<graphics[^>]*\/>/, `${graphics}<controller type="virtio-serial"/>`));
    await daemon.virsh('define', file);
    await daemon.virsh('start', name);
    line = await serialLine(daemon, name, log);
    await line.until(/login:/, 120_000);
    line.type('root');
    await line.until(/(?:~|root) # /, 120_000);
    running = await startApp({ uri: daemon.uri });
    page = running.page;
    page.setDefaultTimeout(60_000);
    await page.getByRole('link', { name: 'All guests' }).waitFor();
    await copyOnDesktop(CANARY);
    const id = (await daemon.virsh('domuuid', name)).trim();
    await page.evaluate((hash) => (window.location.hash = hash), `/hosts/local/guests/${id}/console`);
    await screen().waitFor();
  });
  afterAll(async () => {
    line?.close();
    await running?.stop();
    await daemon?.stop();
  });

  test('the channel that is missing is plugged into the running guest', async () => {
    await button().click();
    await page.getByText('The guest has no channel for its agent').waitFor();
    await photograph('no-channel');
    await page.getByRole('button', { name: 'Add the channel' }).click();
    await page.getByText('The guest has no channel for its agent').waitFor({ state: 'detached' });
    expect(await daemon.virsh('dumpxml', name)).toContain('com.redhat.spice.0');
    await page.keyboard.press('Escape');
    // The guest's kernel finds it, and the agent opens it.
    line.type('while ! [ -e /dev/vport0p1 ]; do sleep 1; done; echo "found"-it');
    await line.until(/found-it/, 60_000);
    agent = startShellAgent(line, join(daemon.dir, 'log/serial.log'));
    // What it said before the screen had greeted it was dropped.
    await expect.poll(async () => (await heardOf(Agent.announce)).length, patience).toBeGreaterThan(0);
    agent.greet();
  });

  test('until it is allowed, neither side hears of what the other copies', async () => {
    agent.say(Agent.grab, CLIPBOARD, UTF8_TEXT);
    agent.say(Agent.clipboard, CLIPBOARD, UTF8_TEXT, ...wordsOf('unasked!'));
    await screen().focus();
    expect(await heardOf(Agent.grab)).toEqual([]);
    expect(await desktop()).toBe(CANARY);
    expect(await light()).toBe('Clipboard: off');
  });

  test('to the guest: what is copied here can be pasted there', async () => {
    await button().click();
    await allow('From this computer to the guest');
    await page.keyboard.press('Escape');
    await copyOnDesktop('Grüße aus dem Fenster');
    await screen().focus();
    await expect.poll(async () => (await heardOf(Agent.grab)).length, patience).toBeGreaterThan(0);
    agent.say(Agent.request, CLIPBOARD, UTF8_TEXT);
    await expect
      .poll(async () => (await heardOf(Agent.clipboard)).map(({ data }) => data.subarray(8).toString().replace(/\0$/, '')), patience)
      .toContain('Grüße aus dem Fenster');
    await expect.poll(light, patience).toBe('Clipboard: to the guest');
    await photograph('to-the-guest');
    // Still nothing comes the other way.
    agent.say(Agent.grab, CLIPBOARD, UTF8_TEXT);
    agent.say(Agent.clipboard, CLIPBOARD, UTF8_TEXT, ...wordsOf('unasked!'));
    expect((await agent.heard()).length).toBeGreaterThan(0);
    expect(await desktop()).toBe('Grüße aus dem Fenster');
  });

  test('from the guest: what is copied there can be pasted here', async () => {
    await button().click();
    await allow('From the guest to this computer');
    await page.keyboard.press('Escape');
    await screen().focus();
    const asked = (await heardOf(Agent.request)).length;
    agent.say(Agent.grab, CLIPBOARD, UTF8_TEXT);
    await expect.poll(async () => (await heardOf(Agent.request)).length, patience).toBeGreaterThan(asked);
    agent.say(Agent.clipboard, CLIPBOARD, UTF8_TEXT, ...wordsOf('copied in guest!'));
    await expect.poll(desktop, patience).toBe('copied in guest!');
    await expect.poll(light, patience).toBe('Clipboard: shared both ways');
    await button().click();
    await photograph('both-ways');
  });
});
