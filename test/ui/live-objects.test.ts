import { expect } from 'vitest';
import { guestId } from '../../backends/fake/seed.ts';
import { test } from './app-page.ts';

const debian = `/hosts/local/guests/${guestId(0)}/overview`;

test('a pool that another program makes shows by itself', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/storage' });
  await page.getByText('scratch', { exact: true }).first().waitFor();
  expect(await page.getByText('from-virsh', { exact: true }).count()).toBe(0);
  await page.evaluate(() => window.harness.addPool('local', 'from-virsh'));
  await page.getByText('from-virsh', { exact: true }).first().waitFor({ timeout: 15_000 });
});

test('a save shows how far it is, on the guest and among the tasks, and can be cancelled', async ({ open }) => {
  const { page } = await open({ path: debian, delay: 300 });
  const main = page.getByRole('main');
  await page.getByRole('heading', { level: 1, name: 'debian-13' }).waitFor();
  await page.getByRole('button', { name: 'More ways to stop' }).click();
  await page.getByRole('menuitem', { name: 'Save' }).click();
  const tasks = page.getByRole('complementary', { name: 'Tasks' });
  await tasks.getByRole('button', { name: /Tasks/ }).click();
  await tasks
    .getByText(/^[1-9]0 %$/)
    .first()
    .waitFor();
  await main.getByText(/Saving, \d+ %/).waitFor();
  await tasks.getByRole('button', { name: 'Cancel' }).click();
  await tasks.getByText('Cancelled').first().waitFor();
  await main.getByText(/Saving, \d+ %/).waitFor({ state: 'detached' });
  await main.getByText('Running').first().waitFor();
});

test('what befalls a guest is said wherever one is', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/networks' });
  await page.getByText('virbr0').first().waitFor();
  await page.evaluate(() => window.harness.befall('local', 'database', 'The guest was paused because of its disk vda.'));
  await page.getByText('database: The guest was paused because of its disk vda.').waitFor({ timeout: 15_000 });
});
