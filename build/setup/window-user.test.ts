import { expect, test } from 'vitest';
import { NOBODY, becomeUser, chooseWindowUser } from './window-user.mjs';

const passwd = 'root:x:0:0:root:/root:/bin/bash\nada:x:1000:1001:Ada:/home/ada:/bin/bash\n';
const choose = (uid: number, env: Record<string, string>) => chooseWindowUser(uid, env, passwd);

test('who is not root keeps being who they are', () => {
  expect(choose(1000, { SUDO_UID: '1' })).toBeUndefined();
});

test.each([{ SUDO_UID: '1000' }, { PKEXEC_UID: '1000' }])('behind %j the window is the desktop user', (env) => {
  const user = choose(0, env);
  expect(user).toEqual({ uid: 1000, gid: 1001, home: '/home/ada', name: 'ada' });
  expect(user && becomeUser(user)).toEqual(['setpriv', '--reuid=1000', '--regid=1001', '--init-groups']);
});

test.each([{}, { SUDO_UID: '0' }, { SUDO_UID: '4711' }, { SUDO_UID: 'x' }])('root with %j opens the window without rights', (env) => {
  const user = choose(0, env);
  expect(user).toMatchObject({ uid: NOBODY, gid: NOBODY, name: undefined });
  expect(user && becomeUser(user)).toContain('--clear-groups');
});
