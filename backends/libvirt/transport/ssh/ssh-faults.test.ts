import { expect, test } from 'vitest';
import { changedKey, changedKeyFault, commandFault, loginFault, lostFault, textBeforeDaemon, tunnelFault } from './ssh-faults.ts';
import { StderrTail } from './stderr-tail.ts';

// As OpenSSH 9.2 writes them in the locale C.
test.each([
  ['ssh: Could not resolve hostname nowhere: Name or service not known', 'unreachable', /no host by the name nowhere/],
  ['ssh: connect to host h port 2222: Connection refused', 'unreachable', /no ssh server at port 2222/],
  ['ssh: connect to host h port 22: Connection timed out', 'unreachable', /does not answer/],
  ['Connection timed out during banner exchange\r\nConnection to 10.0.0.1 port 22 timed out', 'unreachable', /does not answer/],
  ['ssh: connect to host h port 22: No route to host', 'unreachable', /no way/],
  ['me@h: Permission denied (publickey,password).', 'auth-failed', /It takes: publickey, password\./],
  ['Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures', 'auth-failed', /too many/],
  ['Host key verification failed.', 'untrusted', /not known/],
  ['No ED25519 host key is known for h and you have requested strict checking.\r\nHost key verification failed.', 'untrusted', /not known/],
  [
    'Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-rsa',
    'unsupported',
    /host key type in common/,
  ],
  ['/home/me/.ssh/config: line 3: Bad configuration option: prxyjump', 'unreachable', /your configuration/],
  ['kex_exchange_identification: Connection closed by remote host', 'unreachable', /closed the connection/],
  ['something new', 'unreachable', /could not be made/],
])('a login that ends with %j is %s', (stderr, code, message) => {
  const fault = loginFault('h', `Banner of the host\r\n${stderr}\r\n`);
  expect(fault).toMatchObject({ code, message: expect.stringMatching(message) });
  expect(fault.remedy).toBeTruthy();
  expect(stderr).toContain(fault.reason);
});

test.each([
  ['guesthouse: neither virt-ssh-helper nor nc is installed', 127, 'daemon-missing', /neither virt-ssh-helper nor netcat/],
  ['sh: 1: virt-ssh-helper: not found', 127, 'daemon-missing', /no program/],
  ['bash: line 1: virt-ssh-helper: command not found', 127, 'daemon-missing', /no program/],
  [
    'nc: unix connect failed: No such file or directory\nnc: /var/run/libvirt/libvirt-sock: No such file',
    1,
    'daemon-missing',
    /No libvirt daemon/,
  ],
  ['Ncat: Connection refused.', 1, 'daemon-missing', /No libvirt daemon/],
  ['nc: unix connect failed: Permission denied', 1, 'permission', /may not use/],
  ["nc: invalid option -- 'U'", 1, 'daemon-missing', /no unix sockets/],
  ['mux_client_request_session: session request failed: Session open refused by peer', 255, 'busy', /no more sessions/],
  ['This account is currently not available.', 1, 'permission', /may not run programs/],
  ['', 3, 'connection-lost', /before it answered/],
])('a command that ends with %j is %s', (stderr, exitCode, code, message) => {
  expect(commandFault('h', exitCode, stderr)).toMatchObject({ code, message: expect.stringMatching(message) });
});

const CHANGED = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
The fingerprint for the ED25519 key sent by the remote host is
SHA256:new.
Please contact your system administrator.
Add correct host key in /home/me/.ssh/known_hosts to get rid of this message.
Offending ED25519 key in /home/me/.ssh/known_hosts:7
  remove with:
  ssh-keygen -f "/home/me/.ssh/known_hosts" -R "[gate]:2222"
Host key for [gate]:2222 has changed and you have requested strict checking.
Host key verification failed.
`.replaceAll('\n', '\r\n');

test('a host cannot say of another one, in its greeting, that its key has changed', () => {
  const cutOff = 'kex_exchange_identification: Connection closed by remote host\r\nConnection closed by UNKNOWN port 65535\r\n';
  expect(changedKey('h', `${CHANGED}${cutOff}`)).toMatchObject({ name: '[gate]:2222' });
  expect(changedKey('h', `${CHANGED}me@h: Permission denied (keyboard-interactive).\r\n`)).toBeNull();
  expect(changedKey('h', `${CHANGED}Connection closed by 10.0.0.1 port 22\r\n`)).toBeNull();
  expect(changedKey('h', `${CHANGED}Received disconnect from 10.0.0.1 port 22:2: Host key verification failed.\r\n`)).toBeNull();
});

test('a changed key tells both fingerprints, the place and the remedy', () => {
  const changed = changedKey('h', CHANGED);
  expect(changed).toEqual({
    name: '[gate]:2222',
    keyType: 'ED25519',
    fingerprint: 'SHA256:new',
    file: '/home/me/.ssh/known_hosts',
    line: 7,
  });
  if (changed === null) throw new Error('not recognised');
  const fault = changedKeyFault(changed, 'ssh-ed25519 SHA256:old');
  expect(fault.code).toBe('untrusted');
  expect(fault.reason).toMatch(/SHA256:new.*\/home\/me\/\.ssh\/known_hosts, line 7.*SHA256:old/);
  expect(fault.remedy).toContain(`ssh-keygen -R '[gate]:2222'`);
  expect(changedKey('h', 'Host key verification failed.')).toBeNull();
});

test('what a login script prints is told from packets, and shown without its control characters', () => {
  expect(textBeforeDaemon('h', Buffer.from('\u001b[1mWelcome\u0007!\n'))).toMatchObject({
    code: 'protocol',
    reason: expect.stringContaining('Welcome !'),
  });
  for (const length of [28, 65_536, 32 * 1024 * 1024]) {
    const packet = Buffer.alloc(4);
    packet.writeUInt32BE(length);
    expect(textBeforeDaemon('h', packet)).toBeNull();
  }
});

test('tunnels and lost connections say where and why', () => {
  expect(
    tunnelFault({ kind: 'tcp', host: '::1', port: 5900 }, 'channel 2: open failed: connect failed: Connection refused\r\n'),
  ).toMatchObject({
    code: 'connection-lost',
    message: expect.stringContaining('::1, port 5900'),
    reason: expect.stringContaining('Connection refused'),
  });
  expect(tunnelFault({ kind: 'unix', path: '/s' }, 'channel 2: open failed: administratively prohibited: open failed')).toMatchObject({
    code: 'permission',
  });
  expect(lostFault('h', 'x\r\nTimeout, server h not responding.\r\n')).toMatchObject({
    code: 'connection-lost',
    reason: 'Timeout, server h not responding.',
  });
});

test('of a flood on standard error the end is kept', () => {
  const tail = new StderrTail();
  for (let i = 0; i < 160; i++) tail.push(Buffer.alloc(65_536, 'x'));
  tail.push(Buffer.from('the end'));
  expect(tail.text.length).toBeLessThanOrEqual(4096);
  expect(tail.text).toMatch(/the end$/);
  expect(tail.takeNew()).toMatch(/the end$/);
  expect(tail.takeNew()).toBe('');
});
