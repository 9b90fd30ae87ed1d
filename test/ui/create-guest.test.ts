import { expect } from 'vitest';
import { test } from './app-page.ts';
import type { AppPage } from './app-page.ts';

const path = '/hosts/local/create';

async function chooseMedium({ page }: AppPage): Promise<void> {
  await page.getByRole('button', { name: 'Choose ISO image' }).click();
  await page.getByText('Debian 13').first().waitFor();
}
async function review({ page }: AppPage): Promise<void> {
  await page.getByRole('button', { name: 'Review and create' }).click();
  await page.getByRole('heading', { name: 'Review' }).waitFor();
}
const create = ({ page }: AppPage) => page.getByRole('button', { name: 'Create', exact: true });

test('three clicks make a guest of an ISO and show its console', async ({ open }) => {
  const app = await open({ path });
  const { page, row } = app;
  await chooseMedium(app);
  await review(app);
  const summary = page.getByLabel('The guest to be made');
  for (const text of ['Debian 13', '2 GiB', '20 GiB', 'default']) await summary.getByText(text).first().waitFor();
  await create(app).click();
  await page.locator('.gh-screen canvas').waitFor({ timeout: 15_000 });
  await page.evaluate(() => {
    window.location.hash = '#/';
  });
  await page.getByText('12 guests').waitFor();
  await row('debian').or(row('debian-13-2')).or(row('debian13')).first().getByText('Running').waitFor();
});

test('every step can be walked, and what was typed is what is made', async ({ open }) => {
  const app = await open({ path });
  const { page, row } = app;
  const next = async (heading: string) => {
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('heading', { name: heading, exact: true }).waitFor();
  };
  await chooseMedium(app);
  await next('Name and resources');
  await page.getByRole('textbox', { name: 'Name' }).fill('printer server');
  await page.getByRole('textbox', { name: 'Virtual CPUs' }).fill('3');
  await page.getByRole('radio', { name: 'UEFI' }).check();
  await next('Disk');
  await page.getByRole('radio', { name: 'No disk' }).check();
  await next('Network');
  await page.getByRole('radio', { name: 'No network' }).check();
  await next('Review');
  await create(app).click();
  await page.getByRole('heading', { level: 1, name: 'printer server' }).waitFor({ timeout: 15_000 });
  await page.evaluate(() => {
    window.location.hash = '#/';
  });
  await row('printer server').getByText('Running').waitFor();
});

test.for([
  ['/tmp/notes.txt', 'is no ISO image'],
  ['/tmp/missing.iso', 'does not exist'],
] as const)('%s is refused with a reason', async ([file, reason], { open }) => {
  const { page } = await open({ path });
  await page.evaluate((chosen) => {
    window.harness.file = chosen;
  }, file);
  await page.getByRole('button', { name: 'Choose ISO image' }).click();
  await page.getByRole('main').getByText(reason).first().waitFor();
  expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);
});

test('an unknown system can be installed all the same; choosing none changes nothing', async ({ open }) => {
  const { page } = await open({ path });
  await page.evaluate(() => {
    window.harness.file = null;
  });
  await page.getByRole('button', { name: 'Choose ISO image' }).click();
  await page.getByRole('button', { name: 'Choose ISO image' }).waitFor();
  await page.evaluate(() => {
    window.harness.file = '/tmp/haiku.iso';
  });
  await page.getByRole('button', { name: 'Choose ISO image' }).click();
  await page.getByText('Not recognised').waitFor();
  expect(await page.getByRole('button', { name: 'Next' }).isEnabled()).toBe(true);
});

test.for([
  ['debian-13', /already|taken/i],
  ['../etc', /letter or digit|letters, digits/i],
  ['', /name/i],
] as const)('the name “%s” is refused where it is typed', async ([name, reason], { open }) => {
  const app = await open({ path });
  const { page } = app;
  await chooseMedium(app);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.locator('#name-help').getByText(reason).first().waitFor();
  await review(app);
  expect(await create(app).isDisabled()).toBe(true);
});

test('what the host has against it is said at the review, before anything is made', async ({ open }) => {
  const app = await open({ path });
  const { page } = app;
  await chooseMedium(app);
  await page
    .getByRole('navigation', { name: 'Steps' })
    .getByRole('button', { name: /Network/ })
    .click();
  await page.getByRole('radio', { name: /lab/ }).check();
  await page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: /Disk/ }).click();
  await page.getByRole('textbox', { name: 'Size' }).fill('900');
  await review(app);
  await page.getByText('The network “lab” is not active.').first().waitFor();
  await page
    .getByText(/too little space/)
    .first()
    .waitFor();
  expect(await create(app).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Change network' }).click();
  await page.getByRole('radio', { name: /default/ }).check();
  await page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: /Disk/ }).click();
  await page.getByRole('textbox', { name: 'Size' }).fill('10');
  await review(app);
  await expect.poll(async () => create(app).isEnabled()).toBe(true);
});

test.for(['make-disk', 'define', 'start'] as const)(
  'when %s fails, nothing is left and the input is kept for another try',
  async (step, { open }) => {
    const app = await open({ path });
    const { page } = app;
    await chooseMedium(app);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('second try');
    await review(app);
    await expect.poll(async () => create(app).isEnabled()).toBe(true);
    await page.evaluate((failing) => window.harness.fail('local', failing, 'no-space', 'The disk is full.'), step);
    await create(app).click();
    await page.getByRole('main').getByText('The disk is full.').first().waitFor({ timeout: 15_000 });
    await page.getByRole('main').getByText('Tell it otherwise.').first().waitFor();
    await page.getByLabel('The guest to be made').getByText('second try').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { level: 1, name: 'second try' }).waitFor({ timeout: 15_000 });
  },
);

test('a making that is cancelled leaves nothing', async ({ open }) => {
  const app = await open({ path, delay: 400 });
  const { page } = app;
  await chooseMedium(app);
  await review(app);
  await create(app).click();
  await page.getByRole('main').getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Nothing of it was left on the host.').waitFor({ timeout: 15_000 });
  await page.evaluate(() => {
    window.location.hash = '#/';
  });
  await page.getByText('11 guests').waitFor();
});

test('a connection that is lost in the wizard keeps what was chosen', async ({ open }) => {
  const app = await open({ path });
  const { page } = app;
  await chooseMedium(app);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('kept');
  await page.evaluate(() => window.harness.drop('local'));
  await expect.poll(async () => page.getByRole('textbox', { name: 'Name' }).inputValue(), { timeout: 10_000 }).toBe('kept');
  await review(app);
  await create(app).click();
  await page.getByRole('heading', { level: 1, name: 'kept' }).waitFor({ timeout: 15_000 });
});
