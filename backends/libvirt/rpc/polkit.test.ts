import { expect, test } from 'vitest';
import { FakeLibvirtd } from '../../../test/fakes/fake-libvirtd.ts';
import { remote } from '../protocol/remote.ts';
import { LibvirtError } from './libvirt-error.ts';
import { openOver } from './open-session.ts';
import { polkitFault } from './polkit.ts';

const refusal = (code: number, domain: number, message: string) =>
  new LibvirtError('authPolkit', {
    code,
    domain,
    message,
    level: 2,
    dom: null,
    str1: null,
    str2: null,
    str3: null,
    int1: 0,
    int2: 0,
    net: null,
  });

// Codes and words as libvirt 9.0 gave them: test/libvirt/polkit.test.ts. "Not provided" was not met.
test.each([
  [45, 60, 'authentication failed: access denied by policy', 10, 'auth-failed', /not allowed/],
  [79, 60, 'authentication cancelled: user cancelled authentication process', 10, 'auth-cancelled', /closed/],
  [94, 60, "no polkit agent available to authenticate action 'org.libvirt.unix.manage'", 200, 'auth-no-agent', /ask you/],
  [1, 47, 'internal error: Unable to get system bus connection: Could not connect', 8, 'auth-no-agent', /could not ask/],
  [89, 47, 'error from service: Timeout was reached', 30_040, 'auth-cancelled', /in time/],
  [89, 47, 'error from service: The name is not provided by any .service files', 3, 'auth-no-agent', /could not ask/],
  [9, 60, 'operation failed', 3, 'auth-failed', /polkit failed/],
])('error %i of part %i: %s', (code, domain, message, waited, expected, words) => {
  const error = refusal(code, domain, message);
  expect(polkitFault(error, waited)).toMatchObject({
    code: expected,
    message: expect.stringMatching(words),
    reason: message,
    cause: error,
  });
});

test('a person may take their time, and is then let in', async () => {
  const daemon = new FakeLibvirtd();
  daemon.answer(remote.authList, () => ({ types: [2] }));
  let asked = 0;
  daemon.answer(remote.authPolkit, async () => {
    asked += 1;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { complete: 1 };
  });
  const session = await openOver(daemon.connect(), 'test:///default');
  expect(asked).toBe(1);
  session.close();
});

test('a person who gives up is not waited for', async () => {
  const daemon = new FakeLibvirtd();
  daemon.answer(remote.authList, () => ({ types: [2] }));
  daemon.handle(remote.authPolkit, () => undefined);
  const aborter = new AbortController();
  const opening = openOver(daemon.connect(), 'test:///default', { signal: aborter.signal });
  setTimeout(() => aborter.abort(new Error('enough')), 50);
  await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
});
