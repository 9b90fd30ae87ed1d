import { expect } from 'vitest';
import { guestId } from '../../backends/fake/seed.ts';
import { type AppPage, test } from './app-page.ts';

const pathOf = (index: number) => `/hosts/local/guests/${guestId(index)}/overview`;
/** Shut off; its disk is the base of others', and stays. */
const template = pathOf(3);
/** Shut off; its disk goes with it. */
const runner = pathOf(5);

async function remove({ page, question }: AppPage): Promise<void> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await question.getByRole('button', { name: 'Delete', exact: true }).click();
}

async function toDeleted({ page }: AppPage): Promise<void> {
  await page.evaluate(() => {
    location.hash = '#/hosts/local/deleted';
  });
  await page.getByRole('heading', { name: 'Deleted guests', exact: true }).waitFor();
}

async function picture({ page }: AppPage, name: string): Promise<void> {
  const folder = process.env['GUESTHOUSE_PICTURES'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
}

test('right after a deletion that kept all disks, the notice leads to the guest’s being defined again, by keyboard', async ({ open }) => {
  const app = await open({ path: template });
  const { page } = app;
  await remove(app);
  const offer = page.getByRole('button', { name: 'Define again…' });
  await offer.waitFor();
  await picture(app, 'deleted-notice');
  await offer.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Define “template” again' });
  await dialog.getByText('/var/lib/libvirt/images/template.qcow2').waitFor();
  await dialog.getByText('Does not come back: the password of its screen, if it had one.').waitFor();
  await dialog.getByText("fake define 'template.xml'").waitFor();
  await expect.poll(async () => dialog.getByRole('textbox', { name: 'Name' }).evaluate((box) => box === document.activeElement)).toBe(true);
  expect(await app.faults()).toEqual([]);
  await picture(app, 'define-again');
  await page.keyboard.press('Enter');
  await app.row('template').getByText('Shut off').waitFor();
  await toDeleted(app);
  await page.getByText('No deleted guests').waitFor();
});

test('what is gone is seen in the list and in the dialog, a name that is taken asks for another, and the definition comes back', async ({
  open,
}) => {
  const app = await open({ path: runner });
  const { page } = app;
  await remove(app);
  await page.getByRole('navigation').getByText('This computer').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Deleted guests…' }).click();
  const row = page.getByRole('row').filter({ hasText: 'build-runner-2' });
  await row.getByText('Gone').waitFor();
  expect(await page.getByRole('button', { name: /^Define again…$/ }).count()).toBe(0);
  expect(await app.faults()).toEqual([]);
  await picture(app, 'deleted-guests');
  await row.getByRole('button', { name: 'Define again… “build-runner-2”' }).click();
  const dialog = page.getByRole('dialog', { name: 'Define “build-runner-2” again' });
  await dialog.getByText('A disk that it had is gone').waitFor();
  const name = dialog.getByRole('textbox', { name: 'Name' });
  await name.fill('database');
  await dialog.getByText('Another guest is called so by now. Give it another name.').waitFor();
  expect(await dialog.getByRole('button', { name: 'Define again' }).isDisabled()).toBe(true);
  await picture(app, 'define-again-gone');
  await name.fill('build-runner-3b');
  await dialog.getByRole('button', { name: 'Define again' }).click();
  await app.row('build-runner-3b').waitFor();
  await page.getByText('It cannot start before its disks are there').first().waitFor();
});

test('what it would have of its host main asks about; nothing is done without a yes', async ({ open }) => {
  const app = await open({ path: pathOf(1) });
  const { page, question } = app;
  await remove(app);
  await page.getByRole('heading', { name: 'Guests' }).or(page.getByRole('grid')).first().waitFor();
  await toDeleted(app);
  await page.getByRole('button', { name: 'Define again… “fedora-workstation”' }).click();
  const dialog = page.getByRole('dialog', { name: 'Define “fedora-workstation” again' });
  await dialog.getByRole('button', { name: 'Define again' }).click();
  await question.getByText('/srv/isos/fedora-43.iso').waitFor();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(async () => dialog.getByRole('button', { name: 'Define again' }).isEnabled()).toBe(true);
  await dialog.getByRole('button', { name: 'Define again' }).click();
  await question.getByRole('button', { name: 'Give it' }).click();
  await app.row('fedora-workstation').waitFor();
});
