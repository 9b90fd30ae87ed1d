import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test } from './app-page.ts';

const path = '/hosts/local/networks';
const main = (page: Page) => page.getByRole('main');
const row = (page: Page, name: string) =>
  main(page)
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name, exact: true }) });
const act = async (page: Page, name: string, item: string) => {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

test('a network is made with what is suggested, and what is wrong is said as it is typed', async ({ open }) => {
  const { page, faults } = await open({ path });
  await main(page).getByText('TCP port 2222 leads to 22').waitFor();
  await page.getByRole('button', { name: 'Create network' }).click();
  const name = page.getByRole('textbox', { name: 'Name', exact: true });
  await name.waitFor();
  const subnet = page.getByLabel('IPv4 subnet');
  // 192.168.122.0/24 has the network “default”.
  expect(await subnet.inputValue()).toBe('192.168.123.0/24');
  expect(await page.getByLabel('First address, IPv4 range 1').inputValue()).toBe('192.168.123.2');

  await name.fill('default');
  await page.getByText('The host has a network of that name already.').waitFor();
  await subnet.fill('192.168.122.0/25');
  await page.getByText('It overlaps 192.168.122.1/24 of the network “default”.').waitFor();
  // The range that nobody wrote follows; what was written stays.
  expect(await page.getByLabel('Last address, IPv4 range 1').inputValue()).toBe('192.168.122.126');
  await page.getByLabel('Last address, IPv4 range 1').fill('192.168.123.254');
  await page.getByText('It is not in 192.168.122.0/25.').waitFor();
  await subnet.fill('172.17.5.0/24');
  await page.getByText(/of the host’s interface “docker0”/).waitFor();
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  // Nothing is made; what is wrong gets the focus.
  await expect.poll(() => name.evaluate((input) => input === document.activeElement)).toBe(true);

  await name.fill('guests');
  await subnet.fill('192.168.123.0/24');
  await page.getByLabel('First address, IPv4 range 1').fill('192.168.123.20');
  await page.getByRole('button', { name: 'Add fixed IPv4 address' }).click();
  await page.getByLabel('MAC address, fixed IPv4 address 1').fill('53:54:00:12:34:56');
  await page.getByText('This is the MAC address of a group').waitFor();
  await page.getByLabel('MAC address, fixed IPv4 address 1').fill('52:54:00:12:34:56');
  await page.getByLabel('Address, fixed IPv4 address 1', { exact: true }).fill('192.168.123.9');
  await page.getByRole('button', { name: 'More settings' }).click();
  await page.getByLabel('DNS domain').fill('guests.example');
  expect(await faults()).toEqual([]);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await row(page, 'guests').getByText('192.168.123.1/24').waitFor();
  await row(page, 'guests').getByText('Active', { exact: true }).waitFor();
  expect(await faults()).toEqual([]);
  await row(page, 'guests').getByRole('link').click();
  await page.getByRole('row', { name: /192\.168\.123\.9/ }).waitFor();
  await page.getByText('guests.example').waitFor();
});

test('networks are searched and ordered', async ({ open }) => {
  const { page, faults } = await open({ path });
  const names = async () => page.getByRole('table', { name: 'Networks' }).getByRole('rowheader').allInnerTexts();
  await expect.poll(async () => (await names()).length).toBeGreaterThan(2);
  const all = await names();
  expect(all).toEqual([...all].sort());
  await page.getByRole('columnheader', { name: 'Network' }).getByRole('button').click();
  expect(await names()).toEqual([...all].sort((a, b) => b.localeCompare(a)));
  const search = page.getByRole('textbox', { name: 'Search networks' });
  await search.fill('192.168.122 NAT');
  await expect.poll(names).toEqual(['default']);
  expect(await faults()).toEqual([]);
  await search.fill('no such network');
  await page.getByRole('button', { name: 'Show all networks' }).click();
  await expect.poll(async () => (await names()).length).toBe(all.length);
});

test('each kind asks for what it needs, and what was typed for another stays', async ({ open }) => {
  const { page, faults } = await open({ path: `${path}/new` });
  await page.getByLabel('IPv4 subnet').fill('10.5.0.0/16');
  await page.getByLabel('Bridge of the host').check();
  expect(await page.getByLabel('Bridge', { exact: true }).inputValue()).toBe('br0');
  await page.getByLabel('macvtap').check();
  // Nothing was left out before anything could be chosen.
  const missing = page.getByText('Choose at least one interface of the host.');
  await page.getByRole('group', { name: 'Cards' }).waitFor();
  expect(await missing.count()).toBe(0);
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await missing.waitFor();
  expect(await faults()).toEqual([]);
  await expect.poll(async () => page.evaluate(() => document.activeElement?.id)).toMatch(/^network-device-/);
  await page.getByLabel('wlp2s0').check();
  await page.getByText(/“wlp2s0” is Wi-Fi/).waitFor();
  expect(await faults()).toEqual([]);
  await page.getByLabel('SR-IOV pool').check();
  await page.getByLabel('Network card').waitFor();
  await page.getByLabel('Isolated').check();
  expect(await page.getByLabel('IPv4 subnet').inputValue()).toBe('10.5.0.0/16');
  await page.getByLabel('First address, IPv4 range 1').fill('10.6.0.1');
  await page.getByText('It is not in 10.5.0.0/16.').waitFor();
});

test('before it is applied, a change says what of it is at once and what with the next start', async ({ open }) => {
  const { page, faults } = await open({ path });
  await page.getByRole('link', { name: 'default', exact: true }).click();
  await page.getByRole('button', { name: 'Change…' }).click();
  await page.getByText('Nothing is changed yet.').waitFor();
  expect(await page.getByRole('button', { name: 'Apply' }).isDisabled()).toBe(true);
  await page.getByLabel('Last address, IPv4 range 1').fill('192.168.122.99');
  await page.getByText(/At once: .*192\.168\.122\.254 removed, .*192\.168\.122\.99 added/).waitFor();
  await page.getByRole('button', { name: 'More settings' }).click();
  await page.getByLabel('DNS domain').fill('home.example');
  await page.getByText('Only with its next start: Domain').waitFor();
  expect(await faults()).toEqual([]);
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('Other with its next start').waitFor();
  expect(await faults()).toEqual([]);
});

test('a network shows whom it has lent addresses, and one of them is fixed', async ({ open }) => {
  const { page, faults } = await open({ path });
  await page.getByRole('link', { name: 'default', exact: true }).click();
  const lent = page.getByRole('table', { name: 'Addresses lent now' });
  await lent.getByText('fedora-workstation').waitFor();
  await page.getByRole('table', { name: 'Guests on default' }).getByText('debian-13').waitFor();
  expect(await faults()).toEqual([]);
  const address = await lent.getByRole('row').filter({ hasText: 'fedora-workstation' }).getByRole('rowheader').innerText();
  await page.getByRole('button', { name: `Fix ${address}…` }).click();
  await page.getByText(`At once: fixed address ${address} added`).waitFor();
  expect(await faults()).toEqual([]);
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  const fixed = page.getByRole('table', { name: 'Fixed addresses' });
  await fixed.getByText('fedora-workstation').waitFor();
  await page.getByRole('button', { name: `Remove ${address}` }).click();
  await fixed.getByText('fedora-workstation').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Show the definition' }).click();
  await page.getByRole('region', { name: 'Definition' }).getByText('<network>').waitFor();
});

test('main names the guests before a network is stopped or deleted, and a no leaves it', async ({ open }) => {
  const { page, question, faults } = await open({ path });
  await act(page, 'office', 'Stop');
  await question.getByRole('heading', { name: 'Stop the network “office”?' }).waitFor();
  await question.getByText(/“database”/).waitFor();
  expect(await faults()).toEqual([]);
  await question.getByRole('button', { name: 'Cancel' }).click();
  await row(page, 'office').getByText('Active', { exact: true }).waitFor();
  await act(page, 'lab', 'Delete…');
  await question.getByText('“template”').waitFor();
  await question.getByText(/cannot start before they are given another network/).waitFor();
  await question.getByRole('button', { name: 'Delete' }).click();
  await row(page, 'lab').waitFor({ state: 'detached' });
  // Nobody needs to be asked whether a network may start.
  await act(page, 'default', 'Do not start with the host');
  await row(page, 'default').getByText('No', { exact: true }).waitFor();
});

test('the drawing shows who hangs where, leads there by keyboard, and has a table beside it', async ({ open }) => {
  const { page, faults } = await open({ path });
  await page.getByRole('button', { name: 'Drawing' }).click();
  const drawing = page.getByRole('region', { name: 'Drawing of the networks' });
  await drawing.getByRole('link', { name: /pfsense/ }).waitFor();
  expect(await drawing.locator('path').count()).toBeGreaterThan(10);
  const table = page.getByRole('table', { name: 'Network cards of all guests' });
  await table.getByRole('row').filter({ hasText: 'pfsense' }).getByText('Bridge br0').waitFor();
  expect(await faults()).toEqual([]);
  await drawing.getByRole('link', { name: /^lab/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: /lab/ }).waitFor();
});

test('a port leads to a guest behind NAT by commands to copy; what is no port is said', async ({ open }) => {
  const { page, faults } = await open({ path });
  await page.getByRole('link', { name: 'default', exact: true }).click();
  const fixed = page.getByRole('table', { name: 'Fixed addresses' });
  const row = fixed.getByRole('row').filter({ hasText: 'debian-13' });
  const address = await row.getByRole('rowheader').innerText();
  await row.getByRole('button', { name: `Forward a port to ${address}…` }).click();
  const dialog = page.getByRole('dialog', { name: `Forward a port to ${address}` });
  await dialog.getByRole('textbox', { name: 'Port of the host' }).fill('80800');
  await dialog.getByText('A port is a number from 1 to 65535.').waitFor();
  await dialog.getByRole('textbox', { name: 'Port of the host' }).fill('8080');
  await dialog.getByRole('textbox', { name: 'Port of the guest' }).fill('80');
  await dialog.getByRole('combobox', { name: 'Firewall of libvirt' }).selectOption('iptables');
  await dialog.getByText(`--dport 8080 -m addrtype --dst-type LOCAL -j DNAT --to-destination ${address}:80`).first().waitFor();
  await dialog.getByRole('button', { name: 'Copy the commands that take it back' }).waitFor();
  expect(await faults()).toEqual([]);
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  await dialog.waitFor({ state: 'hidden' });
});

test('to forward a port to an address that is only lent says so, and makes it the guest’s own in one step', async ({ open }) => {
  const { page, faults } = await open({ path });
  await page.getByRole('link', { name: 'default', exact: true }).click();
  const lent = page.getByRole('table', { name: 'Addresses lent now' }).getByRole('row').filter({ hasText: 'fedora-workstation' });
  const address = await lent.getByRole('rowheader').innerText();
  await lent.getByRole('button', { name: `Forward a port to ${address}…` }).click();
  const dialog = page.getByRole('dialog', { name: `Forward a port to ${address}` });
  await dialog.getByText('This address is only lent').waitFor();
  expect(await faults()).toEqual([]);
  await page.evaluate(() => window.harness.fail('local', 'network', 'internal', 'The network is being changed.'));
  await dialog.getByRole('button', { name: 'Fix the address first' }).click();
  await dialog.getByText('The network is being changed.').waitFor();
  await dialog.getByRole('button', { name: 'Fix the address first' }).click();
  await dialog.getByText(`${address} is this guest’s own from now on.`).waitFor();
  await dialog.getByLabel('Port of the host').fill('8080');
  await dialog.getByLabel('Port of the guest').fill('80');
  await dialog
    .getByText(`dnat to ${address}:80`)
    .or(dialog.getByText(`--to-destination ${address}:80`))
    .first()
    .waitFor();
  expect(await faults()).toEqual([]);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('table', { name: 'Fixed addresses' }).getByRole('rowheader', { name: address }).waitFor();
  await lent.getByText('fixed', { exact: true }).waitFor();
});

test('Docker’s rules are told, and guests let through once main has asked, and the rules taken back', async ({ open }) => {
  const { page, question, faults } = await open({ path });
  await page.evaluate(() =>
    window.harness.firewall(
      'local',
      { kind: 'unreadable', reason: 'Docker is here.', look: 'sudo iptables -S FORWARD', askable: true },
      {
        kind: 'cut',
        networks: [{ name: 'default', bridge: 'virbr0', only: null }],
        rules: [{ family: 'IPv4', bridge: 'virbr0' }],
      },
    ),
  );
  await page.getByText('Docker may cut guests off, which cannot be seen from here').waitFor();
  await page.getByText('sudo iptables -S FORWARD').waitFor();
  expect(await faults()).toEqual([]);
  await page.getByRole('button', { name: 'Look as administrator…' }).click();
  await page.getByText('Docker cuts off the guests on “default”').waitFor();
  await page.getByRole('button', { name: 'Copy the commands that let guests through' }).waitFor();
  expect(await faults()).toEqual([]);

  const through = page.getByText('Rules let the guests on “default” through Docker’s firewall');
  await page.getByRole('button', { name: 'Let guests through…' }).click();
  await question.getByText('sudo iptables -I DOCKER-USER -i virbr0 -j ACCEPT').waitFor();
  await question.getByText(/^This computer/).waitFor();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('iframe').waitFor({ state: 'detached' });
  await page.getByText('Docker cuts off the guests on “default”').waitFor();
  await page.getByRole('button', { name: 'Let guests through…' }).click();
  await question.getByRole('button', { name: 'Let guests through', exact: true }).click();
  await through.waitFor();
  expect(await faults()).toEqual([]);

  await page.getByRole('button', { name: 'Take the rules back…' }).click();
  await question.getByText('sudo iptables -D DOCKER-USER -i virbr0 -j ACCEPT').waitFor();
  await question.getByRole('button', { name: 'Take back', exact: true }).click();
  await through.waitFor({ state: 'detached' });
  await page.getByText('Docker cuts off the guests on “default”').waitFor();
});

test('a failure says why and keeps what was typed; a host that cannot be read is asked again', async ({ open }) => {
  const { page } = await open({ path: `${path}/new` });
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('fails');
  await page.evaluate(() => window.harness.fail('local', 'network', 'internal', 'The firewall could not be set.'));
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await main(page).getByText('The firewall could not be set.').waitFor();
  expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('fails');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await row(page, 'fails').waitFor();
});

test('port groups are edited; the name stays, and why is said; another kind says what of it stays', async ({ open }) => {
  const { page, faults } = await open({ path });
  await page.getByRole('link', { name: 'default', exact: true }).click();
  await page.getByRole('button', { name: 'Change…' }).click();
  await page.getByText('libvirt cannot rename a network.').waitFor();
  expect(await page.getByRole('textbox', { name: 'Name', exact: true }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'More settings' }).click();
  await page.getByRole('button', { name: 'Add port group' }).click();
  await page.getByLabel('Name, port group 1').fill('staff');
  await page.getByLabel('VLAN tags, port group 1').fill('5');
  await page.getByText('Only networks of Open vSwitch bridges and of SR-IOV cards have VLAN tags.').waitFor();
  await page.getByLabel('VLAN tags, port group 1').fill('');
  await page.getByLabel('Where a card names none').selectOption('staff');
  // The usual one is still the same while its name is typed anew.
  await page.getByLabel('Name, port group 1').fill('people');
  await page.getByText('At once: port group people added').waitFor();
  expect(await faults()).toEqual([]);
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByText('people (the usual one)').waitFor();
  await page.getByRole('button', { name: 'Change…' }).click();
  await page.getByLabel('Bridge of the host').check();
  await page.getByLabel('Bridge', { exact: true }).selectOption('br0');
  await page.getByText(/Only with its next start: Where it reaches/).waitFor();
  await page.getByText(/only the name, packets, bandwidth and port groups stay/).waitFor();
  expect(await faults()).toEqual([]);
});
