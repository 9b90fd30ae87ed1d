import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { noWays } from '#model/clipboard';
import { usualChoices } from '#model/console-choices';
import { guestId } from '../backends/fake/seed.ts';
import { openConsoleSettings } from './console-settings-file.ts';
import { ConsoleSettings, consoleSettingsLimits } from './console-settings.ts';

let folder: string;
let file: string;
const log = vi.fn<(line: string) => void>();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guesthouse-consoles-'));
  file = join(folder, 'consoles.json');
  log.mockClear();
});
afterEach(() => rm(folder, { recursive: true }));

const open = () => new ConsoleSettings(openConsoleSettings(file, log));
const debian = { host: 'here', id: guestId(0) };
const other = { host: 'there', id: guestId(0) };
const key = { identity: { vendor: '1050', product: '0407', serial: '1' }, name: 'Yubico YubiKey' };

test('nothing is allowed of a guest that was never asked about', async () => {
  expect(await open().of(debian)).toMatchObject({ clipboard: noWays, usb: [] });
});

test('what was chosen is kept for the next start, for the user alone, and for that guest of that host only', async () => {
  const settings = open();
  await settings.change(debian, (before) => ({ ...before, clipboard: { toGuest: false, fromGuest: true } }));
  await settings.change(debian, (before) => ({ ...before, usb: [key] }));
  const later = open();
  expect(await later.of(debian)).toMatchObject({ clipboard: { toGuest: false, fromGuest: true }, usb: [key] });
  expect(await later.of(other)).toMatchObject({ clipboard: noWays, usb: [] });
  expect((await stat(file)).mode & 0o077).toBe(0);
});

test('a host that is removed takes its guests’ settings along', async () => {
  const settings = open();
  const allowed = { toGuest: true, fromGuest: false };
  await settings.change(debian, (before) => ({ ...before, clipboard: allowed }));
  await settings.change(other, (before) => ({ ...before, clipboard: allowed }));
  await settings.forget('here');
  expect((await open().of(debian)).clipboard).toEqual(noWays);
  expect((await open().of(other)).clipboard).toEqual(allowed);
});

test('choices for a screen that cannot be read, or were never made, are the usual ones, and cost nothing that was allowed', async () => {
  const clipboard = { toGuest: true, fromGuest: false };
  const entries = [
    { host: 'here', guest: guestId(0), clipboard, usb: [], choices: { ...usualChoices, scale: 'huge' } },
    { host: 'there', guest: guestId(0), clipboard, usb: [] },
  ];
  await writeFile(file, JSON.stringify({ version: 1, guests: entries }));
  const settings = open();
  for (const ref of [debian, other]) expect(await settings.of(ref)).toMatchObject({ clipboard, choices: usualChoices });
  await settings.change(debian, (before) => ({ ...before, clipboard: noWays, choices: { ...usualChoices, following: true } }));
  expect((await open().of(debian)).choices).toEqual({ ...usualChoices, following: true });
});

test('an entry that cannot be read allows nothing, and costs no other its own', async () => {
  const entries = [
    { host: 'here', guest: guestId(0), clipboard: { toGuest: 'yes', fromGuest: true }, usb: [] },
    { host: 'there', guest: guestId(0), clipboard: { toGuest: true, fromGuest: false }, usb: [] },
  ];
  await writeFile(file, JSON.stringify({ version: 1, guests: entries }));
  const settings = open();
  expect((await settings.of(debian)).clipboard).toEqual(noWays);
  expect((await settings.of(other)).clipboard.toGuest).toBe(true);
  expect(log).toHaveBeenCalledTimes(1);
});

test('there are at most so many rules and guests; a guest with nothing chosen takes no place', async () => {
  const settings = open();
  const many = Array.from({ length: consoleSettingsLimits.rules + 1 }, (_, index) => ({
    ...key,
    identity: { ...key.identity, serial: String(index) },
  }));
  await expect(settings.change(debian, (before) => ({ ...before, usb: many }))).rejects.toMatchObject({ code: 'too-large' });
  expect((await settings.of(debian)).usb).toEqual([]);

  const entries = Array.from({ length: consoleSettingsLimits.guests }, (_, index) => ({
    host: 'here',
    guest: guestId(index),
    clipboard: { toGuest: true, fromGuest: true },
    usb: [],
  }));
  await writeFile(file, JSON.stringify({ version: 1, guests: entries }));
  const full = open();
  await full.change(other, (before) => ({ ...before, usb: [key] }));
  expect((await full.of(debian)).clipboard).toEqual(noWays);
  expect((await full.of(other)).usb).toEqual([key]);
  await full.change(other, (before) => ({ ...before, usb: [] }));
  expect(await readFile(file, 'utf8')).not.toContain('there');
});
