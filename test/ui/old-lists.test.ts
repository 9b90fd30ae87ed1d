import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { StaleKind } from '#model/inventory';
import type { FakeStep } from '../../backends/fake/fake-host.ts';
import { test } from './app-page.ts';

/** A list that cannot be read anew stays, says so, and is new again once the host answers. */
const outlives = async (page: Page, list: Locator, step: FakeStep, what: StaleKind) => {
  await list.waitFor();
  const before = await list.innerText();
  await page.evaluate(
    ([refused, kind]) => {
      window.harness.refuse('local', refused, 'The daemon hung up.');
      window.harness.stale('local', kind);
    },
    [step, what] as const,
  );
  const told = page.getByText(/^(Warning alert:)?What is shown may be old, it is from .+: The daemon hung up\.$/);
  await told.waitFor();
  expect(await list.innerText()).toBe(before);
  return told;
};
const mends = async (page: Page, told: Locator, step: FakeStep) => {
  await page.evaluate((refused) => window.harness.refuse('local', refused, null), step);
  await page.getByRole('main').getByRole('button', { name: 'Retry', exact: true }).click();
  await told.waitFor({ state: 'detached' });
};

const lists = [
  { path: '/hosts/local/storage', name: 'Pools', role: 'navigation', step: 'pools', what: 'pools' },
  { path: '/hosts/local/storage/default', name: 'Volumes of default', role: 'grid', step: 'volumes of default', what: 'volumes' },
  { path: '/hosts/local/networks', name: 'Networks', role: 'table', step: 'networks', what: 'networks' },
  { path: '/hosts/local/devices', name: 'PCI', role: 'region', step: 'devices', what: 'devices' },
] as const;

for (const { path, name, role, step, what } of lists) {
  test(`what could not be read anew stays, and says how old it is: ${step}`, async ({ open }) => {
    const { page, faults } = await open({ path });
    const list = page.getByRole(role, { name, exact: true }).locator(role === 'region' ? 'table' : ':scope');
    const told = await outlives(page, list, step, what);
    expect(await faults()).toEqual([]);
    await mends(page, told, step);
    await list.waitFor();
  });
}

test('guests stay listed, and the open page of one of them stays, when their list cannot be read anew', async ({ open }) => {
  const { page, row } = await open();
  await row('debian-13').waitFor();
  await page.evaluate(() => {
    const { invoke } = window.guesthouse;
    const broken = { ok: false, fault: { code: 'internal', message: 'The daemon hung up.', reason: null, remedy: null } } as const;
    Object.assign(window.guesthouse, {
      invoke: async (channel: string, input: unknown) =>
        channel === 'guests.list' ? broken : invoke.call(window.guesthouse, channel, input),
    });
    window.harness.drop('local');
  });
  const told = page.getByText(/What is shown may be old, it is from .+: The daemon hung up\.$/);
  await told.waitFor();
  await row('debian-13').waitFor();
  await row('debian-13').getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: 'debian-13' }).waitFor();
  await told.waitFor();
});
