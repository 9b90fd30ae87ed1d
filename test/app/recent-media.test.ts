import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrivateLibvirtd, privateLibvirtdObstacle, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { makeIso, makePool } from '../faults/storage-bed.ts';
import { type AppCommand, appCommand, type RunningApp, startApp } from './launch.ts';
import { Wizard } from './wizard.ts';

// What guests were made from, in the real window: chosen once in main's dialog, and from then on by the list, also at the next start.

const obstacle = await privateLibvirtdObstacle();
if (obstacle !== undefined) console.warn(`Skipped: recent media in the real window: ${obstacle}`);
const real = test.skipIf(obstacle !== undefined);

let daemon: PrivateLibvirtd;
/** Keeps the app's folders from one start to the next. */
let kept: AppCommand;
let running: RunningApp;
let wizard: Wizard;

const start = async () => {
  running = await startApp({ uri: daemon.uri, home: kept.home });
  wizard = new Wizard(running);
  await running.page.getByRole('link', { name: 'All guests' }).waitFor();
};
/** Another one for each try. */
let medium = '';
const recent = () => wizard.main().getByRole('group', { name: 'Recently used' });
const pick = async () => recent().getByRole('button', { name: medium, exact: true }).click();
const chosen = async () => wizard.main().getByLabel('What was chosen').getByText(medium).waitFor();
/** From where the source is chosen on. */
const make = async (stem: string) => {
  const name = `${stem}-${medium.replace('.iso', '')}`;
  await chosen();
  await wizard.sizeDisk('16');
  await wizard.toReview(name);
  return wizard.create(name, daemon);
};

beforeAll(async () => {
  if (obstacle !== undefined) return;
  daemon = await startPrivateLibvirtd();
  await makePool(daemon, 'disks');
  kept = await appCommand({ uri: daemon.uri });
  await start();
});
afterAll(async () => {
  if (obstacle !== undefined) return;
  await running.stop();
  await kept.dispose();
  await daemon.stop();
});

real('an ISO from which a guest was made is chosen again without a dialog, also at the next start, until it is gone', async () => {
  medium = `installer-${randomUUID().slice(0, 8)}.iso`;
  const iso = await makeIso(join(daemon.dir, medium), 'INSTALLER');
  await wizard.begin('ISO image');
  await wizard.main().getByRole('button', { name: 'Choose ISO image', exact: true }).waitFor();
  expect(await recent().getByText(medium).count()).toBe(0);
  await wizard.chooses(iso);
  await wizard.press('Choose ISO image');
  expect(await make('first')).toContain(`<source file='${iso}'`);

  // No dialog answers any more.
  await wizard.chooses('/nowhere/other.iso');
  await wizard.begin('ISO image');
  await pick();
  expect(await make('second')).toContain(`<source file='${iso}'`);
  const list = JSON.parse(await readFile(join(running.home, 'state/guesthouse/recent-media.json'), 'utf8'));
  expect(list.media[0]).toMatchObject({ kind: 'file', use: 'iso', path: iso });

  await running.stop();
  await start();
  await wizard.begin('ISO image');
  await pick();
  expect(await make('third')).toContain(`<source file='${iso}'`);

  await rm(iso);
  await wizard.begin('ISO image');
  await recent().getByRole('button', { name: medium, exact: true }).waitFor();
  // Neither what is shown nor what the window could ask for.
  expect(await recent().innerText()).not.toContain(daemon.dir);
  const told = JSON.stringify(await running.page.evaluate(`window.guesthouse.invoke('media.recent', {})`));
  expect(told).toContain(medium);
  expect(told).not.toContain(daemon.dir);
  await pick();
  await recent().getByText(`“${medium}” is not there any more.`).waitFor();
  await recent().getByRole('button', { name: 'Remove from the list', exact: true }).click();
  await recent().getByText(medium).first().waitFor({ state: 'detached' });
});

real('the list is cleared once main has asked, also what is written down; the files stay', async () => {
  medium = `cleared-${randomUUID().slice(0, 8)}.iso`;
  const iso = await makeIso(join(daemon.dir, medium), 'CLEARED');
  await wizard.begin('ISO image');
  await wizard.chooses(iso);
  await wizard.press('Choose ISO image');
  await make('cleared');
  await wizard.begin('ISO image');
  await recent().getByRole('button', { name: medium, exact: true }).waitFor();
  const clear = async () => wizard.press('Clear all recent media…');
  await wizard.agree(clear, 'Clear the list of recent media?', 'Cancel');
  expect(await recent().getByRole('button', { name: medium, exact: true }).count()).toBe(1);
  await wizard.agree(clear, 'Clear the list of recent media?', 'Clear');
  await recent().waitFor({ state: 'detached' });
  expect(JSON.parse(await readFile(join(running.home, 'state/guesthouse/recent-media.json'), 'utf8')).media).toEqual([]);
  expect((await readFile(iso)).length).toBeGreaterThan(0);
});
