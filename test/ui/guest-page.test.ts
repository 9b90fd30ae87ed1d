import { expect } from 'vitest';
import { guestId } from '../../backends/fake/seed.ts';
import { test } from './app-page.ts';
import type { AppPage } from './app-page.ts';

const pathOf = (index: number, tab = 'overview') => `/hosts/local/guests/${guestId(index)}/${tab}`;
const [debian, windows, template, database] = [0, 2, 3, 6];

test('the overview says what the guest is', async ({ open }) => {
  const { page } = await open({ path: pathOf(debian) });
  await page.getByRole('heading', { level: 1, name: 'debian-13' }).waitFor();
  const main = page.getByRole('main');
  for (const text of ['Debian 13', 'KVM', '/var/lib/libvirt/images/debian-13.qcow2', '192.168.122.2']) {
    await main.getByText(text, { exact: false }).first().waitFor();
  }
});

test('the verbs follow the state, and say why when they do not apply', async ({ open }) => {
  const { page } = await open({ path: pathOf(template) });
  const verb = (name: string) => page.getByRole('main').getByRole('button', { name, exact: true });
  await verb('Start').waitFor();
  expect(await verb('Pause').getAttribute('aria-disabled')).toBe('true');
  await verb('Pause').hover();
  await page.getByRole('tooltip', { name: 'Only a running guest can be paused' }).waitFor();
  await verb('Start').click();
  await page.getByRole('main').getByText('Running').first().waitFor();
  // The pointer still rests on Start, whose reason would cover its neighbour.
  await page.mouse.move(600, 600);
  await verb('Pause').click();
  await verb('Resume').click();
  await page.getByRole('main').getByText('Running').first().waitFor();
});

test('a guest that goes while its page is open is said to be gone', async ({ open }) => {
  const { page } = await open({ path: pathOf(template) });
  await page.getByRole('heading', { level: 1, name: 'template' }).waitFor();
  await page.evaluate(() => window.harness.remove('local', 'template'));
  await page
    .getByRole('main')
    .getByText(/no longer|gone|does not exist|deleted/i)
    .first()
    .waitFor({ timeout: 15_000 });
});

test('the definition can be read', async ({ open }) => {
  const { page } = await open({ path: pathOf(debian, 'definition') });
  await page.getByRole('textbox', { name: 'Definition' }).getByText('<name>debian-13</name>').waitFor();
});

/** One rectangle of the guest's screen as noVNC has drawn it, as text that any change of it changes. */
async function picture(page: AppPage['page'], [x, y, width, height]: readonly [number, number, number, number]): Promise<string> {
  return page.locator('.gh-screen canvas').evaluate(
    (canvas, area) => {
      // Through a canvas of its own: reading noVNC's again and again would slow it down, and Chromium warns of that.
      const copy = new OffscreenCanvas(area.width, area.height).getContext('2d');
      if (copy === null || !(canvas instanceof HTMLCanvasElement)) throw new Error('no picture');
      copy.drawImage(canvas, -area.x, -area.y);
      return String(copy.getImageData(0, 0, area.width, area.height).data);
    },
    { x, y, width, height },
  );
}
const top = [0, 0, 640, 24] as const;
const firstKey = [4, 36, 1, 1] as const;
const background = '29,42,68,255';

test('the screen moves and takes keys', async ({ open }) => {
  const { page } = await open({ path: pathOf(debian, 'console') });
  await page.locator('.gh-screen canvas').waitFor();
  await expect.poll(async () => picture(page, firstKey)).toBe(background);
  const before = await picture(page, top);
  await expect.poll(async () => picture(page, top)).not.toBe(before);
  await page.getByRole('application', { name: 'Screen of the guest' }).focus();
  await page.keyboard.press('a');
  await expect.poll(async () => picture(page, firstKey)).not.toBe(background);
});

test('the serial console answers what is typed', async ({ open }) => {
  const { page } = await open({ path: pathOf(debian, 'console') });
  await page.getByRole('button', { name: 'Serial 1' }).click();
  const terminal = page.locator('.xterm-rows');
  await terminal.getByText('root@debian-13:~#').first().waitFor();
  await page.keyboard.type('uname -a\n');
  await terminal.getByText('Linux debian-13 6.12.0').waitFor();
});

test('a terminal that is flooded shows the end, and the window stays alive', async ({ open }) => {
  const { page } = await open({ path: pathOf(debian, 'console') });
  await page.getByRole('button', { name: 'Serial 1' }).click();
  await page.locator('.xterm-rows').getByText('root@debian-13:~#').first().waitFor();
  await page.keyboard.type('flood 50000\n');
  await page.locator('.xterm-rows').getByText('line 50000 of 50000').waitFor({ timeout: 60_000 });
});

test('consoles end with the guest and come back with it', async ({ open }) => {
  const { page } = await open({ path: pathOf(debian, 'console') });
  await page.locator('.gh-screen canvas').waitFor();
  await page.evaluate(() => window.harness.change('local', 'debian-13', { state: 'shut-off' }));
  await page.getByRole('heading', { name: 'The guest is off' }).waitFor();
  await page.getByRole('tabpanel').getByRole('button', { name: 'Start' }).click();
  await page.locator('.gh-screen canvas').waitFor();
});

test('the four graphs move', async ({ open }) => {
  const { page } = await open({ path: pathOf(database, 'performance') });
  for (const name of ['CPU', 'Memory', 'Disks', 'Network']) await page.getByRole('heading', { name }).first().waitFor();
  const charts = page.locator('.uplot canvas');
  await expect.poll(async () => charts.count()).toBe(4);
  const drawn = async () => charts.evaluateAll((all) => all.map((one) => (one instanceof HTMLCanvasElement ? one.toDataURL().length : 0)));
  const before = await drawn();
  await expect.poll(async () => (await drawn()).every((length, index) => length !== before[index]), { timeout: 15_000 }).toBe(true);
});

async function askToDelete(page: AppPage['page']): Promise<void> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
}

test('deleting asks about each disk, keeps what others need, and leaves nothing else', async ({ open }) => {
  const { page, question, row } = await open({ path: pathOf(database) });
  await askToDelete(page);
  await question.getByRole('heading', { name: 'Delete “database”?' }).waitFor();
  await question.getByText('The guest is running. It will be forced off first.').waitFor();
  const own = question.getByRole('checkbox', { name: /database\.qcow2/ });
  const shared = question.getByRole('checkbox', { name: /shared-data\.qcow2/ });
  expect(await own.isChecked()).toBe(true);
  expect(await shared.isChecked()).toBe(false);
  expect(await shared.isDisabled()).toBe(true);
  await question.getByText('Also used by database-standby').waitFor();
  await question.getByRole('button', { name: 'Delete' }).click();
  await page.locator('iframe').waitFor({ state: 'detached' });
  await page.evaluate(() => {
    window.location.hash = '#/';
  });
  await row('database-standby').waitFor();
  await row('database').waitFor({ state: 'detached' });
});

test('of a guest that was not read before its host was lost, the banner alone says why', async ({ open }) => {
  const { page, row } = await open({ path: '/' });
  await row('debian-13').waitFor();
  await page.evaluate(() => {
    window.harness.manners('local', 'unreachable');
    window.harness.drop('local');
  });
  await page.locator('.gh-banner').waitFor();
  await page.getByRole('link', { name: 'debian-13', exact: true }).click();
  await page.getByText('It is shown here as soon as the host is connected.').waitFor();
  expect(await page.locator('.pf-v6-c-alert.pf-m-danger').count()).toBe(1);
  for (const tab of ['Console', 'Hardware', 'XML']) {
    await page.getByRole('tab', { name: tab }).click();
    await page.getByText('It is shown here as soon as the host is connected.').waitFor();
    expect(await page.locator('.pf-v6-c-alert.pf-m-danger').count()).toBe(1);
  }
  await page.getByRole('tab', { name: 'Overview' }).click();
  await page.evaluate(() => window.harness.manners('local', 'open'));
  await page.getByRole('button', { name: 'Retry now' }).first().click();
  await page.getByText('Virtualisation').waitFor();
  expect(await page.locator('.pf-v6-c-alert.pf-m-danger').count()).toBe(0);
});

test('no to the question deletes nothing', async ({ open }) => {
  const { page, question } = await open({ path: pathOf(windows) });
  await askToDelete(page);
  await page.getByText('About to delete…').waitFor();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('iframe').waitFor({ state: 'detached' });
  await page.getByText('About to delete…').waitFor({ state: 'detached' });
  await page.getByRole('heading', { level: 1, name: 'windows-11' }).waitFor();
  expect(await page.locator('.gh-toasts').innerText()).toBe('');
});

test('a guest that changes during the question is not deleted', async ({ open }) => {
  const { page, question } = await open({ path: pathOf(template) });
  await askToDelete(page);
  await question.getByRole('heading', { name: 'Delete “template”?' }).waitFor();
  await page.evaluate(() => window.harness.change('local', 'template', { state: 'running' }));
  await question.getByRole('button', { name: 'Delete' }).click();
  await page
    .locator('.gh-toasts')
    .getByText(/has changed while the question was open/)
    .first()
    .waitFor();
  await page.getByRole('heading', { level: 1, name: 'template' }).waitFor();
});

test('a disk that stays behind is named', async ({ open }) => {
  const { page, question } = await open({ path: pathOf(windows) });
  await page.getByRole('heading', { level: 1, name: 'windows-11' }).waitFor();
  await page.evaluate(() => window.harness.fail('local', 'delete-disk', 'permission', 'It is immutable.'));
  await askToDelete(page);
  await question.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('complementary', { name: 'Tasks' }).getByRole('button', { name: /Tasks/ }).click();
  await page
    .getByRole('region', { name: 'List of tasks' })
    .getByText(/windows-11\.qcow2 \(It is immutable\.\)/)
    .waitFor();
});
