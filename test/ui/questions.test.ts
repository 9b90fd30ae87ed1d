import type { FrameLocator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { LoginQuestion } from '../../backends/login.ts';
import type { FakeLogin } from '../../backends/fake/fake-login.ts';
import { test, type AppPage } from './app-page.ts';

// What hosts ask, as main's own window shows it.

const CANARY = 'canary-77aa';
const password: LoginQuestion = { kind: 'secret', what: 'password', prompt: 'ada@shelf’s password: ' };
const key: LoginQuestion = {
  kind: 'host-key',
  host: '[shelf]:2222',
  keyType: 'ED25519',
  fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrgJXVGDNuNUZPUgOm4mlgCg',
};

async function asking(open: (options: { hosts: string[]; path: string }) => Promise<AppPage>, login: FakeLogin) {
  const opened = await open({ hosts: ['local', 'shelf'], path: '/hosts/shelf' });
  const { page } = opened;
  await page.evaluate((manners) => {
    window.harness.manners('shelf', manners);
    window.harness.drop('shelf');
  }, login);
  await connect(page);
  return { ...opened, state: () => stateOf(page) };
}

const connect = (page: Page) => page.evaluate(() => window.guesthouse.invoke('hosts.connect', { host: 'shelf' }));
const stateOf = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const reply = await window.guesthouse.invoke('hosts.list', {});
    return JSON.stringify(reply.ok ? Object(reply.value)[1].state : reply.fault);
  });
const focused = (question: FrameLocator) => question.locator(':focus');

test('a password is typed unseen, shown on demand, confirmed with Enter, and left nowhere', async ({ open }) => {
  const { page, question, faults, state } = await asking(open, { asks: [password], password: CANARY });
  await question.getByRole('heading', { name: 'Log in to “Host shelf”' }).waitFor();
  await question.getByText('“ada@shelf’s password:”').waitFor();
  const field = question.getByLabel('Password', { exact: true });
  expect(await field.evaluate((input) => input === document.activeElement)).toBe(true);
  expect([await field.getAttribute('type'), await field.getAttribute('autocomplete')]).toEqual(['password', 'new-password']);
  await page.keyboard.type(CANARY);
  await question.getByRole('button', { name: 'Show what is typed' }).click();
  expect(await field.getAttribute('type')).toBe('text');
  await question.getByRole('button', { name: 'Hide what is typed' }).click();
  expect(await field.getAttribute('type')).toBe('password');
  expect(await faults()).toEqual([]);
  await field.press('Enter');
  await expect.poll(state).toContain('"connected"');
  expect(await page.locator('iframe').count()).toBe(0);
  expect(await page.evaluate(() => [document.documentElement.outerHTML, JSON.stringify(window.harness.log)].join(''))).not.toContain(
    CANARY,
  );
});

test('a wrong password is said to be wrong; Escape gives up', async ({ open }) => {
  const { page, question, state } = await asking(open, { asks: [password], password: 'right' });
  await question.getByLabel('Password', { exact: true }).fill('wrong');
  await question.getByRole('button', { name: 'Log in' }).click();
  await expect.poll(state).toContain('auth-failed');
  await connect(page);
  await question.getByLabel('Password', { exact: true }).press('Escape');
  await expect.poll(state).toContain('auth-cancelled');
});

test('a name that is suggested can be changed; the password is the field to begin with', async ({ open }) => {
  const { question, state } = await asking(open, { asks: [{ kind: 'credentials', name: 'ada', realm: 'shelf' }], password: 'right' });
  expect(await question.getByLabel('Name').inputValue()).toBe('ada');
  expect(await focused(question).getAttribute('type')).toBe('password');
  await question.getByLabel('Password', { exact: true }).fill('right');
  await question.getByLabel('Name').press('Enter');
  await expect.poll(state).toContain('"connected"');
});

test('a key is shown letter by letter, is copied without gaps, and is not one Enter away', async ({ open }) => {
  const { page, question, faults, state } = await asking(open, { asks: [key] });
  await question.getByRole('heading', { name: 'Is this “Host shelf”?' }).waitFor();
  const fingerprint = question.locator('.gh-confirm__exact');
  expect(await fingerprint.locator('span').allInnerTexts()).toEqual(expect.arrayContaining(['SHA256:', 'uNiV', 'ztks', 'gCg']));
  expect(await fingerprint.evaluate((shown) => shown.textContent)).toBe('SHA256:uNiVztksCsDhcc0u9e8BrgJXVGDNuNUZPUgOm4mlgCg');
  expect(await fingerprint.evaluate((shown) => getComputedStyle(shown).fontFamily)).toMatch(/mono/i);
  expect(await question.getByText('[shelf]:2222').count()).toBe(1);
  expect(await focused(question).innerText()).toBe('Cancel');
  expect(await faults()).toEqual([]);
  await focused(question).press('Enter');
  await expect.poll(state).toContain('auth-cancelled');
  await connect(page);
  await question.getByRole('button', { name: 'Trust and connect' }).click();
  await expect.poll(state).toContain('"connected"');
});

test('what is to be done elsewhere has nothing to agree to, and goes away when it is done', async ({ open }) => {
  const { page, question, state } = await asking(open, {
    asks: [{ kind: 'notice', prompt: 'Confirm user presence for key ED25519-SK' }],
    patience: 2000,
  });
  await question.getByText('“Confirm user presence for key ED25519-SK”').waitFor();
  expect(await question.getByRole('button').allInnerTexts()).toEqual(['Cancel']);
  await expect.poll(state, { timeout: 15_000 }).toContain('"connected"');
  expect(await page.locator('iframe').count()).toBe(0);
});

test('whatever a host writes stays text', async ({ open }) => {
  const prompt = '<img src=x onerror=alert(1)>\u202Egnp\u001b[31m\n'.repeat(2);
  const { question } = await asking(open, { asks: [{ kind: 'secret', what: 'answer', prompt }] });
  await question.getByLabel('Answer').waitFor();
  expect(await question.locator('img').count()).toBe(0);
  expect(await question.locator('p').allInnerTexts()).toEqual(Array(2).fill('“<img src=x onerror=alert(1)>\uFFFDgnp␛[31m”'));
});
