import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { test, type AppPage } from './app-page.ts';

const field = (page: Page, label: string) => page.getByRole('textbox', { name: label, exact: true });
const button = (page: Page, name: string) => page.getByRole('main').getByRole('button', { name, exact: true });
const road = async (page: Page, name: RegExp) => page.getByRole('radio', { name }).check();
const isAt = async (page: Page, heading: string) => page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
const fact = (page: Page, term: string) => page.locator('.gh-facts__row').filter({ has: page.getByText(term, { exact: true }) });

/** On the page of a host that was just added. */
async function isConnected(page: Page, name: string): Promise<void> {
  await isAt(page, name);
  await page.locator('header').getByText('Connected', { exact: true }).waitFor();
}

test('without a host the window says what to do, and this computer is two clicks away', async ({ open }) => {
  const { page, row } = await open({ hosts: [] });
  await page.getByRole('heading', { name: 'No connection yet' }).waitFor();
  await button(page, 'Add connection').click();
  await isAt(page, 'Add connection');
  await button(page, 'Add and connect').click();
  await isConnected(page, 'This computer');
  expect(await fact(page, 'Reached').innerText()).toContain('QEMU/KVM on this computer');
  expect(await fact(page, 'Privacy').innerText()).toContain('Stays on this computer');
  await page.getByRole('link', { name: 'All guests' }).click();
  await row('debian-13').waitFor();
});

const roads: readonly (readonly [string, string, (page: Page) => Promise<void>])[] = [
  ['your own session', 'qemu:///session', async (page) => road(page, /your own session/)],
  [
    'ssh',
    'qemu+ssh://ada@attic:2222/session',
    async (page) => {
      await road(page, /by ssh/);
      await field(page, 'Host').fill('attic');
      await field(page, 'User').fill('ada');
      await field(page, 'Port').fill('2222');
      await page.getByRole('radio', { name: 'Those of that user alone' }).check();
    },
  ],
  [
    'TLS',
    'xen+tls://attic/system',
    async (page) => {
      await road(page, /by TLS/);
      await page.getByRole('combobox', { name: 'Hypervisor' }).selectOption('xen');
      await field(page, 'Host').fill('attic');
    },
  ],
  [
    'TCP to this computer',
    'qemu+tcp://localhost:16000/system',
    async (page) => {
      await road(page, /unencrypted/);
      await field(page, 'Host').fill('localhost');
      await field(page, 'Port').fill('16000');
    },
  ],
  [
    'a libvirt address',
    'lxc+ssh://attic/system',
    async (page) => {
      await road(page, /libvirt address/);
      await field(page, 'libvirt address').fill('lxc+ssh://attic/system');
    },
  ],
];

test.for(roads)('a host by %s is added as it was shown, and connected', async ([, uri, enter], { open }) => {
  const { page } = await open({ hosts: [], path: '/hosts/add' });
  await enter(page);
  await page.locator('.gh-connect__address code').getByText(uri, { exact: true }).waitFor();
  const name = await field(page, 'Name').inputValue();
  await button(page, 'Add and connect').click();
  await isConnected(page, name);
  await fact(page, 'Address').getByText(uri, { exact: true }).waitFor();
  expect(await page.evaluate(() => window.harness.saved)).toContain(uri);
});

test('a host that may only be looked at shows all, and every way to change it says why not', async ({ open }) => {
  const { page, row, faults } = await open({ hosts: [], path: '/hosts/add' });
  const why = page.getByRole('tooltip').getByText('You may only look at this host', { exact: true });
  await road(page, /by ssh/);
  await field(page, 'Host').fill('attic');
  await page.getByRole('checkbox', { name: 'Only look' }).check();
  await page.getByText(/Nothing can be changed/).waitFor();
  await button(page, 'Add and connect').click();
  await isAt(page, 'attic');
  await page.locator('header').getByText('Only look', { exact: true }).waitFor();
  await page.getByRole('navigation', { name: 'Hosts' }).getByText('Only look', { exact: true }).waitFor();
  expect(await fact(page, 'Rights').innerText()).toContain('nothing can be changed');
  expect(await faults()).toEqual([]);

  await page.getByRole('link', { name: 'Guests', exact: true }).click();
  await row('debian-13').waitFor();
  await button(page, 'Create guest').hover();
  await why.waitFor();
  await row('debian-13').click({ button: 'right' });
  for (const name of ['Shut down', 'Pause', 'Force off…', 'Delete…', 'Save screenshot…']) {
    expect([name, await page.getByRole('menuitem', { name, exact: true }).getAttribute('aria-disabled')]).toEqual([name, 'true']);
  }
  await page.keyboard.press('Escape');

  await page.getByRole('link', { name: 'debian-13', exact: true }).click();
  await button(page, 'Pause').hover();
  await why.waitFor();
  await page.getByText('Virtualisation').waitFor();
  expect(await page.locator('.gh-thumbnail').count()).toBe(0);
  await page.getByRole('tab', { name: 'Console' }).click();
  await page.locator('.gh-screen canvas').waitFor();
  expect(await page.getByRole('switch', { name: 'View only' }).isChecked()).toBe(true);
  expect(await page.getByRole('button', { name: 'Ctrl+Alt+Del' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Serial 1' }).click();
  await page.getByText(/a serial console is also typed to/).waitFor();

  await page.getByRole('link', { name: 'Storage' }).click();
  await page.getByRole('button', { name: 'Upload to default…' }).hover();
  await why.waitFor();
  await page.getByRole('button', { name: 'Actions for debian-13.qcow2' }).click();
  for (const name of ['Download…', 'Overwrite from file…']) {
    expect([name, await page.getByRole('menuitem', { name }).getAttribute('aria-disabled')]).toEqual([name, 'true']);
  }
  await page.keyboard.press('Escape');
  expect(await faults()).toEqual([]);
});

test('who may not use this computer’s guests is offered to look at them', async ({ open }) => {
  const { page } = await open({ hosts: [], path: '/hosts/add' });
  await page.evaluate(() => window.harness.manners('qemu-system', 'permission'));
  await button(page, 'Test connection').click();
  await page.getByRole('button', { name: 'Use your own session instead' }).waitFor();
  await page.getByRole('button', { name: 'Only look', exact: true }).click();
  expect(await page.getByRole('checkbox', { name: 'Only look' }).isChecked()).toBe(true);
  await page.evaluate(() => window.harness.manners('qemu-system', 'open'));
  await button(page, 'Add and connect').click();
  await isAt(page, 'This computer');
  await page.locator('header').getByText('Only look', { exact: true }).waitFor();
  await button(page, 'Edit connection').click();
  await page.getByRole('checkbox', { name: 'Only look' }).uncheck();
  await button(page, 'Save').click();
  await isConnected(page, 'This computer');
});

test('one’s own session is one’s own: there is nothing to only look at', async ({ open }) => {
  const { page } = await open({ hosts: [], path: '/hosts/add' });
  await page.getByRole('checkbox', { name: 'Only look' }).check();
  await road(page, /your own session/);
  expect(await page.getByRole('checkbox', { name: 'Only look' }).count()).toBe(0);
  await button(page, 'Add and connect').click();
  await isConnected(page, 'My session');
});

test('an unencrypted road is warned of, asked about and marked', async ({ open }) => {
  const { page, question } = await open({ hosts: [], path: '/hosts/add' });
  await road(page, /unencrypted/);
  await page.getByText('Nothing is encrypted on this road').waitFor();
  await field(page, 'Host').fill('attic');
  await button(page, 'Add and connect').click();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('iframe').waitFor({ state: 'detached' });
  expect(await page.locator('.pf-v6-c-alert.pf-m-danger').count()).toBe(0);
  expect(await page.evaluate(() => window.harness.saved)).toBe('[]');
  await button(page, 'Add and connect').click();
  await question.getByRole('button', { name: 'Connect anyway' }).click();
  await isConnected(page, 'attic');
  await page.getByRole('navigation', { name: 'Hosts' }).getByTitle('Not encrypted').waitFor();
  expect(await fact(page, 'Privacy').innerText()).toContain('Not encrypted');
});

test('the warning’s way out keeps what was entered', async ({ open }) => {
  const { page } = await open({ hosts: [], path: '/hosts/add' });
  await road(page, /unencrypted/);
  await field(page, 'Host').fill('attic');
  await button(page, 'Use ssh instead').click();
  expect(await page.getByRole('radio', { name: /by ssh/ }).isChecked()).toBe(true);
  expect(await field(page, 'Host').inputValue()).toBe('attic');
});

test('what is wrong is said at its field, and nothing is added', async ({ open }) => {
  const { page } = await open({ hosts: [], path: '/hosts/add' });
  await road(page, /by ssh/);
  await button(page, 'Add').click();
  await page.getByText('Enter the name or the address of the host.').waitFor();
  expect(await field(page, 'Host').evaluate((element) => element === document.activeElement)).toBe(true);
  await field(page, 'Host').fill('ada@attic');
  await page.getByText('The user has a field of its own.').waitFor();
  await field(page, 'Host').fill('attic');
  await field(page, 'User').fill('-l root');
  await page.getByText(/A user name has no spaces/).waitFor();
  await field(page, 'User').fill('');
  await field(page, 'Port').fill('70000');
  await page.getByText('A port is a number from 1 to 65535.').waitFor();
  await button(page, 'Test connection').click();
  expect(await field(page, 'Port').evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await page.evaluate(() => window.harness.saved)).toBe('[]');
});

test('the name follows the host until it is one’s own', async ({ open }) => {
  const { page } = await open({ hosts: [], path: '/hosts/add' });
  await road(page, /by ssh/);
  await field(page, 'Host').fill('attic');
  expect(await field(page, 'Name').inputValue()).toBe('attic');
  await field(page, 'Name').fill('The attic');
  await field(page, 'Host').fill('cellar');
  expect(await field(page, 'Name').inputValue()).toBe('The attic');
  await field(page, 'Name').fill('');
  await field(page, 'Host').focus();
  expect(await field(page, 'Name').inputValue()).toBe('cellar');
});

test('what was entered is there after a look elsewhere, and gone after Cancel', async ({ open }) => {
  const { page } = await open({ path: '/hosts/add' });
  await road(page, /by ssh/);
  await field(page, 'Host').fill('attic');
  await button(page, 'Choose…').click();
  await page.getByText('debian-13.iso').waitFor();
  await page.getByRole('link', { name: 'All guests' }).click();
  await page.keyboard.press('Alt+ArrowLeft');
  expect(await field(page, 'Host').inputValue()).toBe('attic');
  await page.getByText('debian-13.iso').waitFor();
  await button(page, 'Clear key file').click();
  await page.getByText('As ssh is set up: its agent and its own keys').waitFor();
  await button(page, 'Cancel').click();
  await page.getByRole('link', { name: 'Add connection' }).click();
  await isAt(page, 'Add connection');
  expect(await page.getByRole('radio', { name: 'This computer', exact: true }).isChecked()).toBe(true);
});

async function sshForm(app: AppPage): Promise<void> {
  await road(app.page, /by ssh/);
  await field(app.page, 'Host').fill('attic');
}

test('a test tells what was found, until the address is another one', async ({ open }) => {
  const app = await open({ hosts: [], path: '/hosts/add' });
  const { page } = app;
  await sshForm(app);
  await button(page, 'Test connection').click();
  await page.getByText('Reached attic').waitFor();
  await page.getByText('Fake 1.0.0 · libvirt 1.0.0 · 16 CPUs (x86_64, Pretended Core 9000) · 64 GiB of memory').waitFor();
  await field(page, 'Name').fill('Up there');
  await page.getByText('Reached attic').waitFor();
  await field(page, 'Port').fill('2222');
  await page.getByText('Reached attic').waitFor({ state: 'detached' });
  expect(await page.evaluate(() => window.harness.saved)).toBe('[]');
});

test('a test that fails says why, keeps everything, and can be tried again', async ({ open }) => {
  const app = await open({ hosts: [], path: '/hosts/add' });
  const { page } = app;
  await sshForm(app);
  await page.evaluate(() => window.harness.manners('attic', 'unreachable'));
  await button(page, 'Test connection').click();
  const alert = page.locator('.pf-v6-c-alert.pf-m-danger');
  await alert.waitFor();
  const told = await alert.innerText();
  for (const text of ['The host refuses.', 'The fake host was told to.', 'Tell it otherwise.']) expect(told).toContain(text);
  expect(await field(page, 'Host').inputValue()).toBe('attic');
  await page.evaluate(() => window.harness.manners('attic', 'open'));
  await button(page, 'Try again').click();
  await page.getByText('Reached attic').waitFor();
});

test('a test that hangs is given up at once, and the next one runs', async ({ open }) => {
  const app = await open({ hosts: [], path: '/hosts/add' });
  const { page } = app;
  await sshForm(app);
  await page.evaluate(() => window.harness.manners('attic', 'silent'));
  await button(page, 'Test connection').click();
  await page.getByText('Connecting…').waitFor();
  await button(page, 'Cancel the test').click();
  await page.getByText('Connecting…').waitFor({ state: 'detached', timeout: 15_000 });
  await page.evaluate(() => window.harness.manners('attic', 'open'));
  await button(page, 'Test connection').click();
  await page.getByText('Reached attic').waitFor();
});

test('who leaves a test that hangs can test elsewhere at once', async ({ open }) => {
  const app = await open({ path: '/hosts/add' });
  const { page } = app;
  await sshForm(app);
  await page.evaluate(() => window.harness.manners('attic', 'silent'));
  await button(page, 'Test connection').click();
  await page.getByText('Connecting…').waitFor();
  await page.getByRole('link', { name: 'All guests' }).click();
  await page.evaluate(() => window.harness.manners('attic', 'open'));
  await page.keyboard.press('Alt+ArrowLeft');
  await button(page, 'Test connection').click();
  await page.getByText('Reached attic').waitFor();
});

test('a test asks what must be asked, and a wrong password is a failure with a key to choose', async ({ open }) => {
  const app = await open({ hosts: [], path: '/hosts/add' });
  const { page, question } = app;
  await sshForm(app);
  await page.evaluate(() =>
    window.harness.manners('attic', { asks: [{ kind: 'secret', what: 'password', prompt: "ada@attic's password: " }], password: 'right' }),
  );
  await button(page, 'Test connection').click();
  await question.getByLabel('Password').fill('wrong');
  await question.getByLabel('Password').press('Enter');
  await button(page, 'Choose a key…').waitFor();
  await button(page, 'Try again').click();
  await question.getByLabel('Password').fill('right');
  await question.getByLabel('Password').press('Enter');
  await page.getByText('Reached attic').waitFor();
});

test('what may cure a failure is a button: one’s own session, where the machine’s daemon refuses', async ({ open }) => {
  const { page } = await open({ hosts: [], path: '/hosts/add' });
  await page.evaluate(() => window.harness.manners('qemu-system', 'permission'));
  await button(page, 'Test connection').click();
  await button(page, 'Use your own session instead').click();
  expect(await page.getByRole('radio', { name: /your own session/ }).isChecked()).toBe(true);
  await button(page, 'Test connection').click();
  await page.getByText('Reached qemu-session').waitFor();
});

test('certificates that do not do can be chosen where that is said', async ({ open }) => {
  const { page } = await open({ hosts: [], path: '/hosts/add' });
  await road(page, /by TLS/);
  await field(page, 'Host').fill('attic');
  await page.evaluate(() => window.harness.manners('attic', 'untrusted'));
  await button(page, 'Test connection').click();
  await button(page, 'Choose a folder with certificates…').waitFor();
  await page.evaluate(() => window.harness.manners('attic', 'open'));
  await button(page, 'Choose a folder with certificates…').click();
  await page.getByText('Reached attic').waitFor();
});

test('a host that cannot be reached is added all the same, and says so on its page', async ({ open }) => {
  const app = await open({ hosts: [], path: '/hosts/add' });
  const { page } = app;
  await sshForm(app);
  await page.evaluate(() => window.harness.manners('attic', 'unreachable'));
  await button(page, 'Add and connect').click();
  await isAt(page, 'attic');
  await page.getByText('attic: The host refuses.').waitFor();
  await page.evaluate(() => window.harness.manners('attic', 'open'));
  await button(page, 'Retry now').click();
  await isConnected(page, 'attic');
});

test('a host that is only added waits for a click', async ({ open }) => {
  const app = await open({ hosts: [], path: '/hosts/add' });
  const { page } = app;
  await sshForm(app);
  await button(page, 'Add').click();
  await isAt(page, 'attic');
  await page.getByText('attic is not connected').waitFor();
  await button(page, 'Connect').click();
  await isConnected(page, 'attic');
});

test('the same address is not added twice', async ({ open }) => {
  const { page } = await open({ hosts: [], path: '/hosts/add' });
  await button(page, 'Add and connect').click();
  await isConnected(page, 'This computer');
  await page.getByRole('link', { name: 'Add connection' }).click();
  await button(page, 'Add and connect').click();
  await page
    .locator('.pf-v6-c-alert.pf-m-danger')
    .getByText(/This computer/)
    .waitFor();
});

test('a connection is edited as it was entered; its files keep their place', async ({ open }) => {
  const app = await open({ hosts: [], path: '/hosts/add' });
  const { page } = app;
  await sshForm(app);
  await button(page, 'Choose…').click();
  await page.getByText('debian-13.iso').waitFor();
  await button(page, 'Add and connect').click();
  await isConnected(page, 'attic');
  await button(page, 'Edit connection').click();
  await isAt(page, 'Edit connection');
  expect(await field(page, 'Host').inputValue()).toBe('attic');
  await page.getByText('debian-13.iso').waitFor();
  await field(page, 'User').fill('ada');
  await field(page, 'Name').fill('The attic');
  await page.getByRole('checkbox', { name: 'Connect when Guesthouse starts' }).uncheck();
  await button(page, 'Save').click();
  await isConnected(page, 'The attic');
  const saved = await page.evaluate(() => window.harness.saved);
  expect(saved).toContain('qemu+ssh://ada@attic/system?keyfile=%2Fhome%2Fada%2FDownloads%2Fdebian-13.iso');
  expect(await page.getByRole('switch', { name: 'Connect when Guesthouse starts' }).isChecked()).toBe(false);
});

test('connecting at start is a switch on the host’s page, and leaves the connection alone', async ({ open }) => {
  const { page } = await open({ path: '/hosts/local/overview' });
  await isConnected(page, 'This computer');
  await page.getByRole('switch', { name: 'Connect when Guesthouse starts' }).uncheck({ force: true });
  await expect.poll(async () => page.evaluate(() => window.harness.saved)).toContain('"autoconnect":false');
  await isConnected(page, 'This computer');
});

test('the keyboard alone adds a host', async ({ open }) => {
  const { page } = await open({ hosts: [] });
  await page.keyboard.press('Control+k');
  await expect.poll(() => page.getByRole('combobox').evaluate((input) => input === document.activeElement)).toBe(true);
  await page.keyboard.type('add conn');
  await page.getByRole('option', { name: /Add connection/ }).waitFor();
  await page.keyboard.press('Enter');
  await isAt(page, 'Add connection');
  const focus = async (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '');
  for (let i = 0; i < 30 && (await focus()) !== 'road-system'; i++) await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  for (let i = 0; i < 5 && (await focus()) !== 'connection-host'; i++) await page.keyboard.press('Tab');
  await page.keyboard.type('attic');
  await page.keyboard.press('Tab');
  await page.keyboard.type('ada');
  await page.keyboard.press('Enter');
  await isConnected(page, 'attic');
  await fact(page, 'Address').getByText('qemu+ssh://ada@attic/system').waitFor();
});
