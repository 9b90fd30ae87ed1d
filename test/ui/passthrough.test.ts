import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { guestId } from '../../backends/fake/seed.ts';
import { type AppPage, test } from './app-page.ts';

// Devices of the host on a guest's Hardware page, and what can be done with them there.

/** Shut off. */
const off = `/hosts/local/guests/${guestId(3)}/hardware`;
/** Runs, and has the host's graphics card. */
const running = `/hosts/local/guests/${guestId(0)}/hardware`;
const list = (page: Page) => page.getByRole('navigation', { name: 'Devices and settings' });
const article = (page: Page) => page.getByRole('article');
const show = async (page: Page, title: RegExp) => list(page).getByRole('button', { name: title }).click();
const differences = (page: Page) => page.getByRole('table', { name: 'What will be different' });
const confirm = (page: Page, name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true }).click();

async function add({ page, question }: AppPage, sort: RegExp, fill: (dialog: ReturnType<Page['getByRole']>) => Promise<unknown>) {
  await list(page).getByRole('button', { name: 'Add device…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: sort }).click();
  await fill(page.getByRole('dialog'));
  await confirm(page, 'Review…');
  await differences(page).waitFor();
  await confirm(page, 'Apply');
  await question.getByRole('button', { name: 'Give it' }).click();
}

async function picture({ page }: AppPage, name: string): Promise<void> {
  const folder = process.env['GUESTHOUSE_PICTURES'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
}

test('a card is given with its whole group, and tried without the guest after main has named what the host loses', async ({ open }) => {
  const app = await open({ path: off });
  const { page, question, faults } = app;
  await add(app, /^PCI device/, async (dialog) => {
    await dialog.getByLabel('Device', { exact: true }).selectOption({ label: 'Intel Corporation I225-V (0000:02:00.0)' });
    expect(
      await dialog
        .getByLabel('Device', { exact: true })
        .getByRole('option', { name: /NVIDIA GeForce/ })
        .isDisabled(),
    ).toBe(true);
  });
  await show(page, /^PCI device 0000:02:00\.0/);
  await article(page).getByText('IOMMU group 14: also Samsung NVMe (0000:03:00.0).').waitFor();
  expect(await faults()).toEqual([]);
  await picture(app, 'pci-device');

  await article(page).getByRole('button', { name: 'Give its whole group…' }).click();
  await differences(page)
    .getByRole('row', { name: /PCI device of the host not there Samsung NVMe \(0000:03:00\.0\)/ })
    .waitFor();
  await page.getByText('The host loses the disk /dev/nvme0n1 while the guest runs.').waitFor();
  await picture(app, 'give-group');
  await confirm(page, 'Apply');
  await question.getByRole('button', { name: 'Give it' }).click();
  await list(page)
    .getByRole('button', { name: /^PCI device 0000:03:00\.0/ })
    .waitFor();
  await article(page).getByRole('button', { name: 'Give its whole group…' }).hover();
  await page.getByText('The guest has all of its group.').waitFor();

  await article(page).getByRole('button', { name: 'Try it without the guest…' }).click();
  await differences(page)
    .getByRole('row', { name: /Driver of Samsung NVMe .*nvme VFIO, and then nvme again/ })
    .waitFor();
  expect(await faults()).toEqual([]);
  await picture(app, 'rehearse');
  await confirm(page, 'Apply');
  await question.getByText('The host has to do without').waitFor();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await confirm(page, 'Apply');
  await question.getByRole('button', { name: 'Do it' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await article(page).getByText('The host’s driver igc has it now.').waitFor();
});

test('what VFIO was left with goes back to the host once no guest runs with it', async ({ open }) => {
  const app = await open({ path: running, left: true });
  const { page } = app;
  await show(page, /^PCI device 0000:01:00\.0/);
  const give = article(page).getByRole('button', { name: 'Give back to the host…' });
  await give.hover();
  await page.getByText('“debian-13” has it, and is running.').waitFor();
  expect(await give.getAttribute('aria-disabled')).toBe('true');
  await page.getByRole('button', { name: 'More ways to stop' }).click();
  await page.getByRole('menuitem', { name: 'Force off' }).click();
  await app.question.getByRole('button', { name: 'Force off' }).click();
  await article(page).getByText('it was not given back').waitFor();
  await give.click();
  await differences(page)
    .getByRole('row', { name: /Driver of NVIDIA GeForce .*vfio-pci the host’s own/ })
    .waitFor();
  await confirm(page, 'Apply');
  await article(page).getByText('The host’s driver nouveau has it now.').waitFor();
  await give.waitFor({ state: 'detached' });
});

test('a part of a card is made for the guest, and taken off the host with it', async ({ open }) => {
  const app = await open({ path: off });
  const { page, question, faults } = app;
  await add(app, /^Mediated device/, async (dialog) => {
    await dialog.getByText('It stays on the host, also when the guest is deleted').waitFor();
    expect(await faults()).toEqual([]);
    await picture(app, 'new-part');
  });
  await show(page, /^Mediated device/);
  await article(page).getByText('Part of Intel Corporation UHD Graphics 770.').waitFor();
  await picture(app, 'mediated-device');
  await article(page).getByRole('button', { name: 'Remove and take off the host…' }).click();
  await differences(page).waitFor();
  await confirm(page, 'Apply');
  await question.getByText(/mediated device .* is no more/).waitFor();
  await question.getByRole('button', { name: 'Do it' }).click();
  await list(page)
    .getByRole('button', { name: /^Mediated device/ })
    .waitFor({ state: 'detached' });
});
