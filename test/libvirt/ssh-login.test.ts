import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { BackendError } from '../../backends/errors.ts';
import { parseLibvirtUri } from '../../backends/libvirt/transport/uri.ts';
import type { AskLogin } from '../../backends/login.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import type { PrivateSshd } from '../bed/private-sshd.ts';
import { at, byKey, failure, makeBed, runFolder, secret, type SshBed } from './ssh-bed.ts';

const run = promisify(execFile);
let libvirtd: PrivateLibvirtd;
let bed: SshBed;

beforeAll(async () => {
  libvirtd = await startPrivateLibvirtd();
});
afterAll(() => libvirtd.stop());
beforeEach(async () => {
  bed = await makeBed();
});
afterEach(() => bed.stop());

async function known(): Promise<PrivateSshd> {
  const sshd = await bed.sshd({ libvirt: runFolder(libvirtd) });
  await bed.client.trust(sshd.knownHost);
  return sshd;
}

test('a key lets in, and nothing is asked', async () => {
  const { sshd, keyFile } = await bed.trusted({ libvirt: runFolder(libvirtd) });
  await bed.connect(at(sshd, `/system?${byKey(keyFile)}`));
  expect(await sshd.logins()).toBe(1);
});

test('a key with a passphrase: the passphrase is asked for, and again when it was wrong', async () => {
  const sshd = await known();
  const key = await bed.client.makeKey('locked', 'open sesame');
  await sshd.authorize(key.publicKey);
  await bed.connect(at(sshd, `/system?${byKey(key.file)}`), bed.answering(secret('wrong'), secret('open sesame')));
  expect(bed.asked).toMatchObject([
    { kind: 'secret', what: 'passphrase', prompt: expect.stringContaining(key.file) },
    { kind: 'secret', what: 'passphrase', prompt: expect.stringContaining(key.file), again: true },
  ]);
});

test('a password: wrong, which the next question says, then right', async () => {
  const sshd = await known();
  await bed.connect(at(sshd), bed.answering(secret('wrong'), secret(sshd.password)));
  expect(bed.asked).toMatchObject([
    { kind: 'secret', what: 'password', prompt: "keeper@127.0.0.1's password:" },
    { kind: 'secret', what: 'password', prompt: expect.stringMatching(/try again[\s\S]*password:$/) },
  ]);
});

test('a password that is wrong three times is an attempt that failed', async () => {
  const sshd = await known();
  const wrong = secret('wrong');
  const fault = await failure(bed.connect(at(sshd), bed.answering(wrong, wrong, wrong)));
  expect(fault).toMatchObject({ code: 'auth-failed', message: expect.stringContaining('publickey, password') });
});

test('a person who gives up has cancelled it', async () => {
  const sshd = await known();
  expect(await failure(bed.connect(at(sshd), bed.answering({ kind: 'refused' })))).toMatchObject({ code: 'auth-cancelled' });
});

test('where nobody can be asked, the attempt ends with that', async () => {
  const sshd = await known();
  expect(await failure(bed.connect(at(sshd)))).toMatchObject({ code: 'auth-needed' });
  expect(await failure(bed.connect(at(sshd, '/system?no_tty=1')))).toMatchObject({ code: 'auth-failed' });
});

test('an attempt that is taken back while a question is open takes the question back', async () => {
  const sshd = await known();
  const attempt = new AbortController();
  let withdrawn = false;
  const ask: AskLogin = (_, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        withdrawn = true;
        reject(new Error('withdrawn'));
      });
      attempt.abort(new BackendError('cancelled', 'enough'));
    });
  expect(await failure(bed.connect(at(sshd), ask, attempt.signal))).toMatchObject({ code: 'cancelled' });
  await expect.poll(() => withdrawn).toBe(true);
});

test('two that connect at once ask once', async () => {
  const sshd = await known();
  const route = await bed.route(parseLibvirtUri(at(sshd)), bed.answering(secret(sshd.password)));
  const [one, two] = await Promise.all([route.dial(), route.dial()]);
  one.close();
  two.close();
  expect(bed.asked).toHaveLength(1);
  expect(await sshd.logins()).toBe(1);
});

test('an unknown host shows its fingerprint; accepted, it is remembered', async () => {
  const sshd = await bed.sshd({ libvirt: runFolder(libvirtd) });
  const key = await bed.client.makeKey('mine');
  await sshd.authorize(key.publicKey);
  const uri = at(sshd, `/system?${byKey(key.file)}`);
  const { stdout: told } = await run('ssh-keygen', ['-lf', join(sshd.dir, 'host_key.pub')]);

  expect(await failure(bed.connect(uri, bed.answering({ kind: 'refused' })))).toMatchObject({ code: 'auth-cancelled' });
  expect(await readFile(bed.client.knownHosts, 'utf8')).toBe('');

  const { route } = await bed.connect(uri, bed.answering({ kind: 'accepted' }));
  route.close();
  expect(bed.asked.at(-1)).toMatchObject({ kind: 'host-key', host: `[127.0.0.1]:${sshd.port}`, keyType: 'ED25519' });
  expect(bed.asked.at(-1)).toMatchObject({ fingerprint: told.split(' ')[1] });
  expect(await readFile(bed.client.knownHosts, 'utf8')).toContain(sshd.knownHost.split(' ').at(-1));
  await bed.connect(uri);
});

test('a changed key is refused, with both fingerprints, and nobody is asked', async () => {
  const before = await known();
  await before.stop();
  const after = await bed.sshd({ libvirt: runFolder(libvirtd), port: before.port });
  const fault = await failure(bed.connect(at(after), bed.answering()));
  expect(fault.code).toBe('untrusted');
  expect(fault.reason).toContain(after.fingerprint);
  expect(fault.reason).toContain(`${bed.client.knownHosts}, line 1 has ssh-ed25519 ${before.fingerprint}`);
  expect(fault.remedy).toContain(`ssh-keygen -R '[127.0.0.1]:${after.port}'`);
  expect(bed.asked).toEqual([]);
  expect(await after.logins()).toBe(0);
});

test('"StrictHostKeyChecking no" in the configuration does not let a changed key pass', async () => {
  const before = await known();
  await before.stop();
  const after = await bed.sshd({ libvirt: runFolder(libvirtd), port: before.port });
  await bed.client.configure('StrictHostKeyChecking no');
  expect(await failure(bed.connect(at(after), bed.answering()))).toMatchObject({ code: 'untrusted' });
});

test('a jump host of the configuration is gone through, each with its own question', async () => {
  const host = await known();
  const gate = await bed.sshd();
  const key = await bed.client.makeKey('gate-key');
  await gate.authorize(key.publicKey);
  await bed.client.configure(
    [
      'Host inner',
      `  HostName 127.0.0.1\n  Port ${host.port}\n  HostKeyAlias [127.0.0.1]:${host.port}\n  ProxyJump gate`,
      'Host gate',
      `  HostName 127.0.0.1\n  Port ${gate.port}\n  User keeper\n  IdentityFile ${key.file}`,
      'Host *',
    ].join('\n'),
  );
  await bed.connect('qemu+ssh://keeper@inner/system', bed.answering({ kind: 'accepted' }, secret(host.password)));
  expect(bed.asked).toMatchObject([
    { kind: 'host-key', fingerprint: gate.fingerprint },
    { kind: 'secret', what: 'password', prompt: expect.stringMatching(/^keeper@\S+'s password:$/) },
  ]);
  expect([await gate.logins(), await host.logins()]).toEqual([1, 1]);
});

test.each([
  ['a port where nobody listens', 'qemu+ssh://keeper@127.0.0.1:1/system', 'unreachable', /no ssh server at port 1\b/],
  ['a name that nobody has', 'qemu+ssh://keeper@nowhere.invalid/system', 'unreachable', /no host by the name nowhere\.invalid/],
])('%s', async (_, uri, code, message) => {
  expect(await failure(bed.connect(uri))).toMatchObject({ code, message: expect.stringMatching(message) });
});

/** Files of the test's folder, and command lines and environments of all processes, that have `text`. */
async function placesOf(text: string): Promise<string[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const files = (await run('find', [bed.client.dir, '-type', 'f'])).stdout.trim().split('\n');
  const places = [...files, ...processes.flatMap((id) => [`/proc/${id}/cmdline`, `/proc/${id}/environ`])];
  const found = await Promise.all(places.map((place) => readFile(place, 'latin1').catch(() => '')));
  expect(found.filter((content) => content !== '').length).toBeGreaterThan(10);
  return places.filter((_, index) => found[index]?.includes(text));
}

test('no secret is on disk, on a command line or in an environment while ssh asks', async () => {
  const sshd = await known();
  const answers = ['canary-7f3a91c2', sshd.password];
  let found: string[] | null = null;
  await bed.connect(at(sshd), async () => {
    // At the second question the first answer has been wherever answers go.
    if (answers.length === 1) found = await placesOf('canary-7f3a91c2');
    return secret(answers.shift() ?? '');
  });
  expect(answers).toEqual([]);
  expect(found).toEqual([]);
});
