import { expect, test } from 'vitest';
import { type Prompt, questionOf, replyTo } from './login-prompt.ts';

const asks = (text: string, more: Partial<Prompt> = {}) => questionOf({ kind: 'text', text, said: '', again: false, ...more });

test.each([
  ["me@host's password: ", 'password'],
  ['(me@host) Password: ', 'password'],
  ["Enter passphrase for key '/home/me/.ssh/id_ed25519': ", 'passphrase'],
  ['Enter PIN for ED25519-SK key /home/me/.ssh/id_sk: ', 'pin'],
  ["Enter PIN for 'token': ", 'pin'],
  ['(me@host) Verification code: ', 'code'],
  ['One-time password (OTP): ', 'code'],
  ['Passcode or option (1-3): ', 'code'],
  ['What is your quest? ', 'answer'],
])('%s', (text, what) => {
  expect(asks(text)).toEqual({ kind: 'secret', what, prompt: text.trim(), again: false });
});

test.each(['ED25519 key fingerprint is SHA256:abc+/d.', 'ED25519 key fingerprint is: SHA256:abc+/d'])('an unknown host: %s', (line) => {
  const text = `The authenticity of host '[gate.example]:2222 ([10.0.0.1]:2222)' can't be established.\n${line}\nThis key is not known by any other names.\nAre you sure you want to continue connecting (yes/no/[fingerprint])? `;
  expect(asks(text)).toEqual({ kind: 'host-key', host: '[gate.example]:2222', keyType: 'ED25519', fingerprint: 'SHA256:abc+/d' });
});

test('a touch is a notice, and any other yes or no is answered with no', () => {
  const text = 'Confirm user presence for key ED25519-SK SHA256:abc';
  expect(asks(text, { kind: 'none' })).toEqual({ kind: 'notice', prompt: text });
  expect(asks('Accept updated hostkeys? (yes/no): ', { kind: 'confirm' })).toBeNull();
  expect(asks("Please type 'yes' or 'no' (yes/no): ")).toBeNull();
});

test('a second time shows as such', () => {
  expect(asks("me@host's password: ", { said: 'Permission denied, please try again.\r\n', again: true })).toMatchObject({
    prompt: "Permission denied, please try again.\nme@host's password:",
  });
  expect(asks('Password: ', { again: true })).toMatchObject({ prompt: 'Password:', again: true });
});

test.each([
  "(me@host) Enter passphrase for key '/home/me/.ssh/id_ed25519': ",
  "Password\nEnter passphrase for key '/home/me/.ssh/id_ed25519': ",
  "(me@host) Enter PIN for 'token': ",
])('a host that asks for what never leaves this computer is not helped: %j', (text) => {
  const question = asks(text);
  expect(question?.kind === 'secret' && question.what).toMatch(/^(password|answer|code)$/);
});

test.each(['(me@host) ', `${'x'.repeat(4000)}\n`, 'Hello\n'])('a host cannot imitate the question for its key after %#', (before) => {
  const text = `The authenticity of host 'other' can't be established.\nED25519 key fingerprint is SHA256:abc.\nGo on? `;
  expect(asks(before + text)).toMatchObject({ kind: 'secret' });
  expect(asks(`${before}${text}(yes/no)? `)).toBeNull();
});

test("ssh's own chatter and control characters are left out, and no host can flood the window", () => {
  const said = "Warning: Permanently added 'x' (ED25519) to the list of known hosts.\r\n\u001b[31mCode sent to +49…\r\n";
  expect(asks('Code:', { said })).toMatchObject({ prompt: '[31mCode sent to +49…\nCode:' });
  const flood = asks('x'.repeat(1e6));
  expect(flood?.kind === 'secret' && flood.prompt.length).toBeLessThan(2000);
});

test('an answer is one line, or none', () => {
  const secret = { kind: 'secret', what: 'password', prompt: '' } as const;
  const key = { kind: 'host-key', host: 'h', keyType: 'ED25519', fingerprint: 'SHA256:x' } as const;
  expect(replyTo(secret, { kind: 'secret', secret: ' a b ' })).toBe(' a b ');
  expect(replyTo(secret, { kind: 'secret', secret: 'a\nyes' })).toBeNull();
  expect(replyTo(secret, { kind: 'accepted' })).toBeNull();
  expect(replyTo(key, { kind: 'accepted' })).toBe('yes');
  expect(replyTo(key, { kind: 'secret', secret: 'yes' })).toBeNull();
  expect(replyTo(key, { kind: 'refused' })).toBeNull();
});
