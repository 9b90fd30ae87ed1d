import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, chmod, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { privateLibvirtdObstacle, startPrivateLibvirtd, type PrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { startApp, takeOver, type RunningApp, type TakenOver } from './launch.ts';

// Section 2b of the security bar: what main answers to a page whose process was taken over. Numbers are those of its hostile inputs.

const ID = '6d1f3a0e-0b1c-4c53-9d0e-2f6a4b8c9d10';
const GUEST = `<domain type='qemu'><name>bystander</name><uuid>${ID}</uuid><memory unit='MiB'>32</memory><vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os><devices><serial type='pty'/></devices></domain>`;
const TOKEN = '0b54a2f0-58a7-4a3f-9b0e-6c6f7a1d2e3f';
/** What a new guest begins as: the file that `token` stands for. */
const iso = (token: string): string =>
  `{ kind: 'iso', from: { kind: 'file', token: ${JSON.stringify(token)} }, into: null, unattended: null }`;
const SPEC = `{ name: 'new', os: null, source: ${iso(TOKEN)}, machine: null, firmware: 'bios', tpm: false, cpu: null, graphics: null,
  vcpus: 1, memory: 2 ** 26, disks: [{ kind: 'new', pool: 'default', size: 2 ** 24, format: 'qcow2' }],
  nics: [{ kind: 'network', name: 'default' }], drivers: null, start: true }`;
/** `'guests.check'` of that, but for what `changes` says. */
const checkOf = (changes: string): string => `'guests.check', { host: 'local', spec: { ...${SPEC}, ${changes} } }`;

const obstacle = await privateLibvirtdObstacle();
if (obstacle !== undefined) console.warn(`Skipped: hostile calls: ${obstacle}`);

let daemon: PrivateLibvirtd;
let running: RunningApp;
let attacker: TakenOver;
let before = '';
/** Every fault that a page was told, for E23. */
const told: string[] = [];

/** All that the daemon could have been made to change. */
const world = (): Promise<string> =>
  daemon.virsh(`list --all --uuid; dumpxml ${ID}; domstate ${ID}; pool-list --all --name; net-list --all --name`);

interface Answer {
  readonly ok: boolean;
  readonly code: string;
  readonly milliseconds: number;
}

/** `args`: JavaScript for what follows the channel's name. */
async function call(args: string, by: TakenOver = attacker): Promise<Answer> {
  const answer = await by.run<Answer & { fault: string }>(`
    const args = [${args}];
    const started = performance.now();
    const reply = await ipcRenderer.invoke('guesthouse:call', ...args);
    const milliseconds = performance.now() - started;
    return { ok: reply.ok, code: reply.ok ? 'ok' : reply.fault.code, fault: reply.ok ? '' : JSON.stringify(reply.fault), milliseconds };
  `);
  told.push(answer.fault);
  return answer;
}

const codeOf = async (args: string): Promise<string> => (await call(args)).code;
const codesOf = async (all: readonly string[]): Promise<string[]> => {
  const codes: string[] = [];
  for (const args of all) codes.push(await codeOf(args));
  return codes;
};
/** What each of the calls must be answered with. */
const all = (calls: readonly string[], code: string): string[] => calls.map(() => code);

beforeAll(async () => {
  if (obstacle !== undefined) return;
  daemon = await startPrivateLibvirtd();
  const file = join(daemon.dir, 'bystander.xml');
  await writeFile(file, GUEST);
  await daemon.virsh('define', file);
  await daemon.virsh('start', '--paused', 'bystander');
  running = await startApp({ flavour: 'compromised', uri: daemon.uri });
  attacker = await takeOver(running.page);
  const connected = async (): Promise<void> => expect(await codeOf(`'guests.describe', { host: 'local', id: '${ID}' }`)).toBe('ok');
  await vi.waitFor(connected, { timeout: 20_000, interval: 200 });
  told.length = 0;
  before = await world();
}, 120_000);

afterAll(async () => {
  await running?.stop();
  await daemon?.stop();
});

afterEach(async () => {
  if (obstacle === undefined) expect(await world()).toBe(before);
});

const hostile = test.skipIf(obstacle !== undefined);

hostile('main answers on one channel only', async () => {
  const channels = await running.app.evaluate(({ ipcMain }) => ({
    handled: [...Reflect.get(ipcMain, '_invokeHandlers').keys()],
    heard: ipcMain.eventNames().filter((name) => name !== 'error'),
  }));
  expect(channels).toEqual({ handled: ['guesthouse:call'], heard: [] });
});

hostile('1-4: frames are nobody', async () => {
  await running.page.evaluate(async () => {
    for (const source of [null, 'app://bundle/', 'data:text/html,x', 'about:blank#x']) {
      const frame = document.createElement('iframe');
      if (source !== null) frame.src = source;
      document.body.append(frame);
    }
    const holder = document.createElement('iframe');
    try {
      holder.srcdoc = '<p>x';
    } catch {
      // Trusted Types.
    }
    document.body.append(holder);
    await new Promise((resolve) => setTimeout(resolve, 300));
  });
  const replies = await running.app.evaluate(async ({ ipcMain, webContents }) => {
    const handle = Reflect.get(ipcMain, '_invokeHandlers').get('guesthouse:call');
    const [sender] = webContents.getAllWebContents();
    const top = sender?.mainFrame;
    const frames = top?.framesInSubtree.filter((frame) => frame !== top) ?? [];
    const direct = (senderFrame: unknown): unknown => handle({ sender, senderFrame }, 'settings.read', {});
    return {
      top: await direct(top),
      frames: await Promise.all(frames.map((frame) => direct(frame))),
    };
  });
  await running.page.evaluate(() => document.querySelectorAll('iframe').forEach((frame) => frame.remove()));
  expect(replies.top).toMatchObject({ ok: true });
  expect(replies.frames).toHaveLength(5);
  for (const reply of replies.frames) expect(reply).toMatchObject({ ok: false, fault: { code: 'bad-sender' } });
});

hostile('5: a sender that went away before its turn is nobody', async () => {
  const replies = await running.app.evaluate(async ({ ipcMain, webContents }) => {
    const handle = Reflect.get(ipcMain, '_invokeHandlers').get('guesthouse:call');
    const [sender] = webContents.getAllWebContents();
    const disposed = {
      get origin(): string {
        throw new Error('Render frame was disposed before WebFrameMain could be accessed');
      },
    };
    return Promise.all([null, undefined, disposed].map((senderFrame) => handle({ sender, senderFrame }, 'settings.read', {})));
  });
  for (const reply of replies) expect(reply).toMatchObject({ ok: false, fault: { code: 'bad-sender' } });
});

hostile('6: a window that main did not make is nobody, though it shows our page', async () => {
  const refusals = async (): Promise<number> => (await running.log()).split('Refused a message from app://bundle/').length;
  const earlier = await refusals();
  const codes = await running.app.evaluate(async ({ app, BrowserWindow }) => {
    const window = new BrowserWindow({ show: false, webPreferences: { preload: `${app.getAppPath()}/preload.cjs`, sandbox: true } });
    await window.loadURL('app://bundle/');
    const ask = `guesthouse.invoke('settings.read', {}).then((reply) => reply.ok ? 'ok' : reply.fault.code)`;
    const asked = [await window.webContents.executeJavaScript(ask), await window.webContents.executeJavaScript(ask)];
    window.destroy();
    return asked;
  });
  expect(codes).toEqual(['bad-sender', 'bad-sender']);
  // Said once, however often it asks.
  expect(await refusals()).toBe(earlier + 1);
});

hostile('7: the window that asks a question may answer it and nothing else, and no other window may', async () => {
  expect(await codesOf(["'confirmation.read', {}", "'confirmation.answer', { kind: 'confirmed', ticked: [] }"])).toEqual([
    'bad-role',
    'bad-role',
  ]);
  const asked = call(`'guests.act', { guest: { host: 'local', id: '${ID}' }, action: 'force-off' }`);
  const question = await running.app.waitForEvent('window');
  await question.waitForLoadState('load');
  expect(await question.evaluate(() => window.origin)).toBe('app://confirm');
  const preferences = await running.app.evaluate(({ webContents }) =>
    webContents.getAllWebContents().map((contents) => Reflect.get(contents, 'getLastWebPreferences').call(contents)),
  );
  expect(preferences).toHaveLength(2);
  for (const each of preferences) {
    expect(each).toMatchObject({ contextIsolation: true, sandbox: true, nodeIntegration: false, webviewTag: false, webSecurity: true });
  }
  // The whole question is to be seen without scrolling.
  await expect
    .poll(() => question.evaluate(() => [document.title, document.documentElement.scrollHeight - innerHeight]))
    .toEqual(['Force off: “bystander”?', 0]);
  const other = await takeOver(question);
  const refused = [
    `'guests.delete', { host: 'local', id: '${ID}' }`,
    `'guests.act', { guest: { host: 'local', id: '${ID}' }, action: 'force-off' }`,
    "'storage.pools', { host: 'local' }",
    "'settings.write', { theme: 'dark' }",
    "'media.choose', {}",
  ];
  for (const args of refused) expect((await call(args, other)).code).toBe('bad-role');
  expect(await question.evaluate(() => window.open('app://bundle/') === null)).toBe(true);
  // A second question of the same window would only wear the person out.
  expect(await codeOf(`'guests.delete', { host: 'local', id: '${ID}' }`)).toBe('busy');
  // The window is gone before the key is up again.
  await question.keyboard.down('Escape').catch(() => undefined);
  expect((await asked).code).toBe('cancelled');
  await expect.poll(() => running.app.windows().length).toBe(1);
});

hostile('8: names that are no calls', async () => {
  const names = [
    '__proto__',
    'constructor',
    'hasOwnProperty',
    '',
    'guests',
    'guests.',
    'guests.constructor',
    'guests.changed',
    'x'.repeat(1024 * 1024),
  ];
  const calls = names.map((name) => `${JSON.stringify(name)}, {}`);
  expect(await codesOf([...calls, ...calls])).toEqual(all([...calls, ...calls], 'unknown-call'));
  const odd = ['undefined, {}', 'null, {}', '7, {}', "['guests.list'], {}", '{ toString: 1 }, {}', ''];
  expect(await codesOf(odd)).toEqual(all(odd, 'unknown-call'));
  const log = await running.log();
  expect(log.match(/"__proto__"/g)).toHaveLength(1);
  expect(Math.max(...log.split('\n').map((line) => line.length))).toBeLessThanOrEqual(8192);
  const others = await attacker.run<string[]>(`
    ipcRenderer.send('guesthouse:call', 'settings.read', {});
    ipcRenderer.send('guesthouse:event', 'settings.changed', {});
    ipcRenderer.postMessage('guesthouse:port', 'x', [new MessageChannel().port1]);
    return Promise.all(['guesthouse:event', 'guesthouse:port', '', '__proto__', 'ELECTRON'].map((name) => ipcRenderer.invoke(name, {}).then(() => 'answered', () => 'no handler')));
  `);
  expect(new Set(others)).toEqual(new Set(['no handler']));
});

hostile('9: anything but one plain object', async () => {
  const bad = ['', ', {}, {}', ', []', ', null', ', undefined', ", 'local'", ', 7', ', true', ', {}, undefined'].map(
    (rest) => `'settings.read'${rest}`,
  );
  expect(await codesOf(bad)).toEqual(all(bad, 'bad-input'));
});

hostile('10: a field too many, a field too few', async () => {
  const bad = [
    "'settings.read', { extra: 1 }",
    "'settings.write', { theme: 'dark', confirmDelete: false }",
    "'hosts.connect', {}",
    "'guests.list', { host: 'local', extra: undefined }",
    `'guests.act', { guest: { host: 'local', id: '${ID}', x: 1 }, action: 'start' }`,
    `'guests.act', { guest: { host: 'local', id: '${ID}' } }`,
    `'guests.act', { guest: { host: 'local', id: '${ID}' }, action: 'destroy' }`,
  ];
  expect(await codesOf(bad)).toEqual(all(bad, 'bad-input'));
  // A getter runs on the page's side; its value arrives as plain data, judged as such.
  expect(await codeOf("'settings.write', { get theme() { return 'pink'; } }")).toBe('bad-input');
});

hostile('11: prototypes stay clean', async () => {
  const json = JSON.stringify('{"__proto__":{"polluted":1}}');
  await codesOf([`'settings.read', JSON.parse(${json})`, `'guests.act', { guest: JSON.parse(${json}), action: 'start' }`]);
  const bad = [
    "'settings.read', { constructor: { prototype: { polluted: 1 } } }",
    "'settings.write', { theme: { constructor: { prototype: { polluted: 1 } } } }",
    "'guests.watch', { watches: [{ constructor: { prototype: { polluted: 1 } } }] }",
    "'guests.watch', { watches: [{ kind: 'list', host: 'local', prototype: { polluted: 1 } }] }",
  ];
  expect(await codesOf(bad)).toEqual(all(bad, 'bad-input'));
  expect(await running.app.evaluate(() => Reflect.get({}, 'polluted') ?? 'clean')).toBe('clean');
  expect(await running.page.evaluate(() => Reflect.get({}, 'polluted') ?? 'clean')).toBe('clean');
});

const notNumbers = [
  'NaN',
  'Infinity',
  '-Infinity',
  '-0',
  '1e308',
  '2 ** 53 + 2',
  '-1',
  '1.5',
  '2n ** 64n',
  '-1n',
  "'1'",
  'null',
  'new Number(1)',
];

hostile('12 13: numbers that are none', async () => {
  const fields: ((value: string) => string)[] = [
    (value) => `'settings.write', { sidebarWidth: ${value} }`,
    ...['vcpus', 'memory'].map((field) => (value: string) => checkOf(`${field}: ${value}`)),
    (value) => checkOf(`disks: [{ kind: 'new', pool: 'default', size: ${value}, format: 'qcow2' }]`),
  ];
  const bad = fields.flatMap((field) => notNumbers.map(field));
  expect(await codesOf(bad)).toEqual(all(bad, 'bad-input'));
});

const exotic = [
  'new Map()',
  'new Set()',
  'new Date(NaN)',
  'new Date()',
  '/x/',
  "new Error('x')",
  'new Uint8Array(4)',
  'new ArrayBuffer(4)',
  'new Boolean(true)',
  '1n',
];

hostile('14: things that structured clone lets through', async () => {
  const fields: ((value: string) => string)[] = [
    (value) => `'settings.read', ${value}`,
    (value) => `'hosts.connect', { host: ${value} }`,
    (value) => `'settings.write', { theme: ${value} }`,
    (value) => `'guests.act', { guest: ${value}, action: 'start' }`,
    (value) => `'guests.watch', { watches: ${value} }`,
    (value) => `'guests.watch', { watches: [${value}] }`,
    (value) => `'guests.check', { host: 'local', spec: ${value} }`,
    ...['os', 'source'].map((field) => (value: string) => checkOf(`${field}: ${value}`)),
  ];
  const bad = fields.flatMap((field) => exotic.map(field));
  expect(await codesOf(bad)).toEqual(all(bad, 'bad-input'));
});

hostile('15: shapes without end', async () => {
  const bad = [
    "'settings.read', (() => { const it = {}; it.it = it; return it; })()",
    "'guests.watch', { watches: (() => { const it = []; it.push(it); return it; })() }",
    "'settings.read', (() => { let it = {}; for (let at = 0; at < 1000; at += 1) it = { it }; return it; })()",
    "'settings.read', (() => { const it = {}; for (let at = 0; at < 1e6; at += 1) it['k' + at] = 1; return it; })()",
  ];
  expect(await codesOf(bad)).toEqual(all(bad, 'bad-input'));
});

hostile('16: messages without end, refused before any schema sees them', async () => {
  const used = await heapOfMain();
  const bad = [
    "'settings.write', { theme: 'x'.repeat(64 * 1024 * 1024) }",
    "'settings.write', { theme: new ArrayBuffer(256 * 1024 * 1024) }",
    "'guests.watch', { watches: Array(1e6).fill({ kind: 'list', host: 'local' }) }",
    "'guests.watch', { watches: Array(1e6).fill(0) }",
  ];
  expect(await codesOf(bad)).toEqual(all(bad, 'too-large'));
  expect((await heapOfMain()) - used).toBeLessThan(5 * 1024 * 1024);
});

/** Bytes in use after a collection. */
function heapOfMain(): Promise<number> {
  return running.app.evaluate(async () => {
    const require = process.mainModule?.require.bind(process.mainModule);
    require?.('node:v8').setFlagsFromString('--expose-gc');
    for (let at = 0; at < 3; at += 1) {
      require?.('node:vm').runInNewContext('gc')();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  });
}

hostile('17: names that no new guest may have', async () => {
  const names = [
    '',
    ' ',
    '..',
    '.',
    '-rf',
    '.hidden',
    'x'.repeat(300),
    'a/b',
    'a\0b',
    'a\nb',
    '\ud800',
    'a\u202eb',
    'a ',
    '<b>',
    '\u200bx',
  ];
  const specs = names.map((name) => `{ host: 'local', spec: { ...${SPEC}, name: ${JSON.stringify(name)} }`);
  const bad = specs.flatMap((spec) => [`'guests.check', ${spec} }`, `'guests.create', ${spec}, operation: '${TOKEN}' }`]);
  expect(await codesOf(bad)).toEqual(all(bad, 'bad-name'));
});

hostile('18: ids that are none, and ids of nobody', async () => {
  const describe = (id: string): string => `'guests.describe', { host: 'local', id: '${id}' }`;
  const bad = [`{${ID}}`, ID.toUpperCase(), ID.slice(1), `${ID}0`, ID.replaceAll('-', ''), '', '../'].map(describe);
  expect(await codesOf(bad)).toEqual(all(bad, 'bad-input'));
  const nobody = ['00000000-0000-0000-0000-000000000000', ID.replace('6d', '6e')].map(describe);
  expect(await codesOf(nobody)).toEqual(all(nobody, 'not-found'));
});

hostile('19: hosts that are not there', async () => {
  const calls = ['guests.list', 'storage.pools', 'networks.list', 'guests.offer', 'guests.drives', 'hosts.connect'];
  const nobody = calls.map((name) => `'${name}', { host: 'remote' }`);
  expect(await codesOf(nobody)).toEqual(all(nobody, 'not-found'));
  const bad = calls.flatMap((name) =>
    ['7', "'Local'", "''", "'local\\n'", "'__proto__'", "'qemu:///system'"].map((host) => `'${name}', { host: ${host} }`),
  );
  expect(await codesOf(bad)).toEqual(all(bad, 'bad-input'));
});

hostile('20: paths where a token belongs', async () => {
  const paths = ['/etc/shadow', '../x.iso', '/proc/self/mem', '/dev/sda', '~/x.iso', 'file:///etc/shadow', ''];
  const specs = paths.map((path) => `{ host: 'local', spec: { ...${SPEC}, source: ${iso(path)} }`);
  const bad = specs.flatMap((spec) => [`'guests.check', ${spec} }`, `'guests.create', ${spec}, operation: '${TOKEN}' }`]);
  expect(await codesOf(bad)).toEqual(all(bad, 'bad-token'));
  const recent = ["'media.chooseRecent', { id: '/etc/passwd' }", "'media.forgetRecent', { id: '../..' }"];
  expect(await codesOf(recent)).toEqual(all(recent, 'bad-input'));
  const unknown = [`'media.chooseRecent', { id: '${TOKEN}' }`];
  expect(await codesOf(unknown)).toEqual(all(unknown, 'not-found'));
});

hostile('devices of the host that are in no list of its drives, and drives where none can be', async () => {
  const create = (source: string): string =>
    `'guests.create', { host: 'local', spec: { ...${SPEC}, source: ${source} }, operation: '${TOKEN}' }`;
  const disk = (drive: string): string =>
    create(`{ kind: 'disk', from: { kind: 'drive', drive: ${JSON.stringify(drive)} }, into: null, size: null }`);
  const nobody = ['/dev/vda', '/dev/mem', '../vda', 'computer', '__proto__'].map(disk);
  expect(await codesOf(nobody)).toEqual(all(nobody, 'not-found'));
  const elsewhere = `{ kind: 'cloud-image', from: { kind: 'drive', drive: 'block_vda' }, into: 'default', size: null, cloudInit: null }`;
  const bad = [...['', 'x'.repeat(513)].map(disk), create(elsewhere)];
  expect(await codesOf(bad)).toEqual(all(bad, 'bad-input'));
});

/** Makes the next dialogs choose `path`; null leaves them open. Resolves to how many have been asked for. */
function chooseInDialog(path: string | null): Promise<void> {
  return running.app.evaluate(({ dialog }, chosen) => {
    Reflect.set(globalThis, 'dialogs', 0);
    const show = (): Promise<unknown> => {
      Reflect.set(globalThis, 'dialogs', Reflect.get(globalThis, 'dialogs') + 1);
      return chosen === null
        ? new Promise((resolve) => Reflect.set(globalThis, 'closeDialog', resolve))
        : Promise.resolve({ canceled: false, filePaths: [chosen] });
    };
    Reflect.set(dialog, 'showOpenDialog', show);
  }, path);
}

const chosenToken = (): Promise<string> =>
  attacker.run(`
    const reply = await ipcRenderer.invoke('guesthouse:call', 'media.choose', {});
    if (!reply.ok) throw new Error(reply.fault.code);
    return reply.value.token;
  `);

async function withIso(use: (iso: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'guesthouse-media-'));
  try {
    await chmod(folder, 0o777);
    await mkdir(join(folder, 'tree'));
    await writeFile(join(folder, 'tree/readme'), 'x');
    const iso = join(folder, 'chosen.iso');
    execFileSync('xorriso', ['-as', 'mkisofs', '-V', 'CHOSEN', '-o', iso, join(folder, 'tree')], { stdio: 'ignore' });
    await chooseInDialog(iso);
    await use(iso, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const check = (token: string): string => checkOf(`source: ${iso(token)}`);

hostile('21: tokens of nobody, and tokens of the page before', async () => {
  expect(await codeOf(check(TOKEN))).toBe('bad-token');
  await withIso(async () => {
    const token = await chosenToken();
    expect(await codeOf(check(token))).not.toBe('bad-token');
    // Another page, even in the same window, is another holder.
    await running.page.reload();
    await running.page.waitForSelector('#root > *');
    expect(await codeOf(check(token))).toBe('bad-token');
  });
});

hostile('22: a file that became something else after it was chosen', async () => {
  await withIso(async (iso, folder) => {
    const token = await chosenToken();
    const become: Record<string, () => unknown> = {
      'a link': () => symlink('/etc/passwd', iso),
      'a fifo': () => execFileSync('mkfifo', [iso]),
      'a folder': () => mkdir(iso),
      'a device': () => symlink('/dev/zero', iso),
      'another file': () => writeFile(iso, 'x'.repeat(100_000)),
      'a copy of it': () => copyFile(join(folder, 'kept'), iso),
      nothing: () => undefined,
    };
    await rename(iso, join(folder, 'kept'));
    for (const [what, make] of Object.entries(become)) {
      await make();
      expect([what, await codeOf(check(token))]).toEqual([what, 'bad-file']);
      await rm(iso, { recursive: true, force: true });
    }
    // Nor can any of these be chosen in the first place; that a link to an image can is right.
    for (const make of [become['a fifo'], become['a folder'], become['a device'], become['nothing']]) {
      await make?.();
      expect(await codeOf("'media.choose', {}")).toBe('bad-file');
      await rm(iso, { recursive: true, force: true });
    }
  });
});

hostile('35: a flood of calls stays in its window', async () => {
  const flood = attacker.run<Record<string, number>>(`
    const replies = await Promise.all(Array.from({ length: 10_000 }, () => ipcRenderer.invoke('guesthouse:call', 'settings.read', {})));
    const counts = {};
    for (const reply of replies) counts[reply.ok ? 'ok' : reply.fault.code] = (counts[reply.ok ? 'ok' : reply.fault.code] ?? 0) + 1;
    return counts;
  `);
  const waits: number[] = [];
  const state = { flooding: true };
  void flood.finally(() => (state.flooding = false));
  while (state.flooding) {
    const started = performance.now();
    await running.app.evaluate(() => undefined);
    waits.push(performance.now() - started);
  }
  const counts = await flood;
  expect(counts['busy']).toBeGreaterThan(9000);
  expect((counts['ok'] ?? 0) + (counts['busy'] ?? 0)).toBe(10_000);
  expect([...waits].sort((one, other) => one - other)[Math.floor(waits.length * 0.95)]).toBeLessThan(200);
});

hostile('35: calls that never end do not pile up, and a page is shown one dialog at a time', async () => {
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await chooseInDialog(null);
  const codes = await attacker.run<string[]>(`
    const calls = Array.from({ length: 5000 }, () => ipcRenderer.invoke('guesthouse:call', 'media.choose', {}));
    return Promise.all(calls.map((call) => Promise.race([call.then((reply) => reply.fault?.code ?? 'ok'), new Promise((resolve) => setTimeout(resolve, 3000, 'open'))])));
  `);
  expect(codes.filter((code) => code === 'open')).toHaveLength(1);
  expect(codes.filter((code) => code === 'busy')).toHaveLength(4999);
  expect(await running.app.evaluate(() => Reflect.get(globalThis, 'dialogs'))).toBe(1);
  await running.app.evaluate(() => Reflect.get(globalThis, 'closeDialog')({ canceled: true, filePaths: [] }));
});

hostile('36: watches are bounded', async () => {
  const watch = (count: number): string =>
    `'guests.watch', { watches: Array.from({ length: ${count} }, () => ({ kind: 'list', host: 'local' })) }`;
  expect(await codesOf([watch(257), watch(10_000), watch(100_000), watch(0)])).toEqual(['bad-input', 'bad-input', 'too-large', 'ok']);
});

hostile('37: a console takes what fits and ends for what does not', async () => {
  const outcomes = await running.page.evaluate(async (id) => {
    const open = async (): Promise<MessagePort> => {
      const ticket = crypto.randomUUID();
      const port = new Promise<MessagePort>((resolve) => {
        const listen = ({ data, ports }: MessageEvent): void => {
          if (data.ticket !== ticket || ports[0] === undefined) return;
          window.removeEventListener('message', listen);
          resolve(ports[0]);
        };
        window.addEventListener('message', listen);
      });
      const reply = await window.guesthouse.invoke('consoles.open', {
        guest: { host: 'local', id },
        console: 'serial0',
        force: true,
        ticket,
      });
      if (!reply.ok) throw new Error(JSON.stringify(reply.fault));
      return port;
    };
    const tell = async (frame: unknown): Promise<unknown> => {
      const port = await open();
      const end = new Promise((resolve) => {
        port.addEventListener('message', ({ data }) => {
          if (data.kind === 'end') resolve(data.fault?.code ?? 'ended');
        });
        port.start();
        setTimeout(resolve, 3000, 'went on');
      });
      port.postMessage(frame);
      const outcome = await end;
      // After the end nothing is listened to.
      port.postMessage({ kind: 'data', bytes: new Uint8Array(8) });
      port.close();
      return outcome;
    };
    return [
      await tell({ kind: 'data', bytes: new Uint8Array(100 * 1024 * 1024) }),
      await tell({ kind: 'data', bytes: new Uint8Array(64 * 1024 + 1) }),
      await tell({ kind: 'data', bytes: 'x' }),
      await tell({ kind: 'credit', bytes: -1 }),
      await tell({ kind: 'credit', bytes: 2 ** 40 }),
      await tell({ kind: 'resize', columns: 80 }),
      await tell('x'),
    ];
  }, ID);
  for (const outcome of outcomes) expect(['bad-input', 'too-large', 'protocol']).toContain(outcome);
  const nobody = [`'consoles.open', { guest: { host: 'local', id: '${ID}' }, console: 'x', force: false, ticket: '${TOKEN}' }`];
  expect(await codesOf(nobody)).toEqual(['not-found']);
});

hostile('38: there is no resizing of a terminal to get wrong', async () => {
  const bad = ['-1', '0', '1e9', '1.5', 'NaN'].map((columns) => `'consoles.resize', { columns: ${columns}, rows: 24 }`);
  expect(await codesOf(bad)).toEqual(all(bad, 'unknown-call'));
});

hostile('refusing is quick', async () => {
  const quick = ["'settings.read', 7", "'nothing', {}", "'settings.write', { theme: 7 }", "'guests.describe', { host: 'local', id: 'x' }"];
  const times: number[] = [];
  for (const args of [...quick, ...quick, ...quick]) times.push((await call(args)).milliseconds);
  expect([...times].sort((one, other) => one - other)[times.length >> 1]).toBeLessThan(100);
});

hostile('E23: what a page is told holds no stack and no path of ours', async () => {
  const faults = told.filter((fault) => fault !== '');
  expect(faults.length).toBeGreaterThan(300);
  for (const fault of faults) expect(fault).not.toMatch(/\bat .*:\d+|node_modules|main\.cjs|\/home\/|\/root\/|\/etc\/|\/proc\/|\/dev\//);
});
