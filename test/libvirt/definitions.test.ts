import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Definitions, HostConnection } from '../../backends/backend.ts';
import { BackendError } from '../../backends/errors.ts';
import { readWhole, redefine } from '../../backends/libvirt/definitions/redefine.ts';
import { createDefinitions } from '../../backends/libvirt/definitions/definitions.ts';
import type { LibvirtHost } from '../../backends/libvirt/host/libvirt-host.ts';
import { watchGuests } from '../../backends/libvirt/host/events.ts';
import { openHost, type OpenHost } from '../../backends/libvirt/host/open-host.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import type { GuestDefinition } from '../../backends/model/definition.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { connectTo, unattended } from '../bed/unattended-connect.ts';

let daemon: PrivateLibvirtd;
let host: OpenHost;
let definitions: Definitions;
let id: string;
let number = 0;
let name = '';

const deaf = {
  guest: () => undefined,
  stale: () => undefined,
  notice: () => undefined,
  display: () => undefined,
  driverLost: () => undefined,
};
const never = new AbortController().signal;
const open = () => openHost(daemon.uri, unattended(), async (session) => void (await watchGuests(session, deaf)));
const dump = (...more: string[]) => daemon.virsh('dumpxml', '--inactive', ...more, name);
const apply = (from: GuestDefinition, change: (text: string) => string, through = definitions) =>
  through.define(id, { text: change(from.text), base: from.revision, validate: true }, never);
const titled = (title: string) => (text: string) =>
  text.includes('<title>')
    ? text.replace(/<title>.*<\/title>/, `<title>${title}</title>`)
    : text.replace('</uuid>', `</uuid><title>${title}</title>`);
const described = (words: string) => (text: string) => text.replace('</uuid>', `</uuid><description>${words}</description>`);

/** As somebody with virsh does. */
async function elsewhere(change: (text: string) => string): Promise<void> {
  const file = join(daemon.dir, `${name}-elsewhere.xml`);
  await writeFile(file, change(await dump('--security-info')));
  await daemon.virsh('define', file);
}

interface Meddling {
  /** Right before a definition is sent. */
  readonly before?: () => Promise<void>;
  /** Right after it was answered. */
  readonly after?: () => Promise<void>;
}

/** The host, with somebody who always comes at the wrong moment; `sent` counts definitions. */
function meddled({ before, after }: Meddling = {}): { readonly host: LibvirtHost; sent(): number } {
  let sent = 0;
  const job: LibvirtHost['job'] = async (procedure, args) => {
    if (procedure.number !== remote.domainDefineXmlFlags.number) return host.job(procedure, args);
    sent += 1;
    await before?.();
    const answer = await host.job(procedure, args);
    await after?.();
    return answer;
  };
  return {
    host: new Proxy(host, { get: (target, key) => (key === 'job' ? job : bound(target, Reflect.get(target, key, target))) }),
    sent: () => sent,
  };
}
const bound = (target: object, value: unknown): unknown => (typeof value === 'function' ? value.bind(target) : value);

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
});
afterAll(() => daemon.stop());

beforeEach(async () => {
  number += 1;
  name = `edited-${number}`;
  const file = join(daemon.dir, `${name}.xml`);
  await writeFile(
    file,
    `<domain type="qemu"><name>${name}</name><memory unit="MiB">32</memory><vcpu>1</vcpu>
    <metadata><note:of xmlns:note="urn:example"><!-- mine --><note:text>kept &amp; sound</note:text></note:of></metadata>
    <os><type arch="x86_64" machine="q35">hvm</type></os>
    <devices><graphics type="vnc" autoport="yes" passwd="ge&quot;heim"/><graphics type="spice" autoport="yes" passwd="s&lt;cret"/>
    <video><model type="vga"/></video></devices></domain>`,
  );
  await daemon.virsh('define', file);
  id = (await daemon.virsh('domuuid', name)).trim();
  host = await open();
  definitions = createDefinitions(host, { mayChange: true });
});
afterEach(async () => {
  host.close();
  await daemon.virsh('destroy', name).catch(() => undefined);
  await daemon.virsh('undefine', name);
});

describe('a snapshot', () => {
  const object = () => ({ kind: 'snapshot' as const, guest: id, name: 'then' });
  afterEach(() => daemon.virsh('snapshot-delete', name, 'then', '--metadata'));

  test('is told in other words, keeps its secrets and its place, and nothing that it needs can be changed', async () => {
    const file = join(daemon.dir, 'then.xml');
    const domain = await dump('--security-info');
    const disk =
      "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/then.qcow2'/><target dev='vda' bus='virtio'/></disk>";
    await writeFile(
      file,
      `<domainsnapshot><name>then</name><state>shutoff</state><creationTime>1767604320</creationTime><memory snapshot='no'/>
      <disks><disk name='vda' snapshot='internal'/></disks>${domain.replace('</devices>', `${disk}</devices>`)}</domainsnapshot>`,
    );
    await daemon.virsh('snapshot-create', name, file, '--redefine', '--current');
    const before = await definitions.readObject(object());
    expect(before).toMatchObject({ name: 'then', fixed: null, command: expect.stringMatching(/snapshot-create .*--redefine --current$/) });
    expect(before.text).not.toMatch(/passwd|heim|cret/);
    const define = (text: string, base = before.revision) => definitions.defineObject(object(), { text, base, validate: true });
    for (const broken of [
      (text: string) => text.replace('<name>then</name>', '<name>now</name>'),
      (text: string) => text.replace('/then.qcow2', '/etc/passwd'),
      (text: string) => text.replace('<state>shutoff</state>', '<state>running</state>'),
      (text: string) => text.replace(/<domain [^]*<\/domain>/, ''),
      (text: string) =>
        text.replace('<devices>', "<devices><hostdev mode='subsystem' type='usb'><source><address bus='1' device='1'/></source></hostdev>"),
    ]) {
      expect(broken(before.text)).not.toBe(before.text);
      await expect(define(broken(before.text))).rejects.toMatchObject({ code: 'invalid-definition' });
    }
    const text = before.text.replace('</name>', '</name><description>In words</description>');
    const { outcome, now } = await define(text);
    expect(outcome).toBe('defined');
    expect(now.text).toContain('<description>In words</description>');
    await expect(define(before.text)).rejects.toMatchObject({ code: 'conflict' });
    expect(await daemon.virsh('snapshot-dumpxml', name, 'then', '--security-info')).toContain(`passwd='s&lt;cret'`);
    expect((await daemon.virsh('snapshot-current', name, '--name')).trim()).toBe('then');
  });
});

test('a volume’s document is shown, and says what can be done instead of changing it', async () => {
  const folder = join(daemon.dir, 'volumes');
  await daemon.virsh('pool-create-as', 'volumes', 'dir', '--target', folder, '--build');
  try {
    await daemon.virsh('vol-create-as', 'volumes', 'a disk.raw', '1M');
    const object = { kind: 'volume', pool: 'volumes', name: 'a disk.raw' } as const;
    const { text, fixed, revision, command } = await definitions.readObject(object);
    expect(text).toContain('<name>a disk.raw</name>');
    expect(fixed).toContain('Resize');
    expect(command).toContain("vol-dumpxml --pool volumes 'a disk.raw'");
    await expect(definitions.defineObject(object, { text, base: revision, validate: true })).rejects.toMatchObject({ code: 'unsupported' });
  } finally {
    await daemon.virsh('pool-destroy', 'volumes');
  }
});

describe('secrets', () => {
  test('are not in what is read, and are there still after a change', async () => {
    const before = await definitions.read(id);
    expect(before.text).not.toMatch(/passwd|heim|cret/);
    const { outcome, now } = await apply(before, titled('First'));
    expect(outcome).toBe('defined');
    expect(now.text).toContain('<title>First</title>');
    expect(now.text).not.toMatch(/passwd|heim|cret/);
    const after = await dump('--security-info');
    expect(after).toContain(`passwd='ge&quot;heim'`);
    expect(after).toContain(`passwd='s&lt;cret'`);
    expect(after).toContain('<note:text>kept &amp; sound</note:text>');
  });

  test('are the person’s own where they wrote some, stay with a display that became another, and go with one that goes', async () => {
    const before = await definitions.read(id);
    const { now } = await apply(before, (text) => text.replace(`type='vnc'`, `type='vnc' passwd='typed'`));
    expect(await dump('--security-info')).toMatch(/type='vnc'[^>]*passwd='typed'[^]*type='spice'[^>]*passwd='s&lt;cret'/);
    await apply(now, (text) => text.replace(/ *<graphics type='spice'[^]*?<\/graphics>\n/, '').replace(`type='vnc'`, `type='spice'`));
    const after = await dump('--security-info');
    expect(after.match(/<graphics /g)).toHaveLength(1);
    expect(after).not.toContain('typed');
    await apply(await definitions.read(id), (text) =>
      text.replaceAll(/<audio .*\/>/g, '').replace(`<graphics type='spice'`, `<graphics type='vnc'`),
    );
    expect(await dump('--security-info')).toMatch(/type='vnc'[^>]*passwd='s&lt;cret'/);
  });
});

describe('with somebody else', () => {
  test('who has changed it since, nothing is sent; with the new base it is', async () => {
    const before = await definitions.read(id);
    await elsewhere(titled('Theirs'));
    const { host: watched, sent } = meddled();
    const ours = createDefinitions(watched, { mayChange: true });
    await expect(apply(before, described('Ours'), ours)).rejects.toMatchObject({ code: 'conflict' });
    expect(sent()).toBe(0);
    await apply(await definitions.read(id), described('Ours'), ours);
    expect(sent()).toBe(1);
    expect(await dump()).toMatch(/<title>Theirs<\/title>[^]*<description>Ours<\/description>/);
  });

  test('who has changed nothing but a password, theirs is not lost', async () => {
    const before = await definitions.read(id);
    await elsewhere((text) => text.replace('ge&quot;heim', 'theirs'));
    await apply(before, titled('Ours'));
    expect(await dump('--security-info')).toContain(`passwd='theirs'`);
  });

  test('who comes between the last look and the definition: it is said', async () => {
    const dom = await host.domainOf(id);
    const base = await readWhole(host, dom);
    const { host: watched } = meddled({ before: () => elsewhere(titled('Theirs')) });
    const { outcome, text } = await redefine(watched, dom, base, described('Ours')(base));
    expect(outcome).toBe('overtook');
    expect(text).toContain('Ours');
    expect(text).not.toContain('Theirs');
  });

  test('who comes right after: theirs is in force, and that is a conflict', async () => {
    const dom = await host.domainOf(id);
    const base = await readWhole(host, dom);
    const theirs = titled('Theirs')(base);
    const file = join(daemon.dir, 'after.xml');
    await writeFile(file, theirs);
    const { host: watched } = meddled({ after: async () => void (await daemon.virsh('define', file)) });
    await expect(redefine(watched, dom, base, described('Ours')(base))).rejects.toMatchObject({ code: 'conflict' });
    expect(await dump()).toContain('Theirs');
  });

  test('two connections of ours: the second to apply is told of the first', async () => {
    const other = await connectTo(daemon.uri);
    const [mine, theirs] = [await definitions.read(id), await other.definitions?.read(id)];
    if (theirs === undefined) throw new Error('there are no definitions');
    expect(theirs).toEqual(mine);
    await apply(theirs, titled('Theirs'), other.definitions ?? definitions);
    await expect(apply(mine, described('Ours'))).rejects.toMatchObject({ code: 'conflict' });
    await other.close();
  });
});

test('a running guest is changed for its next start, twice, and neither change is lost', async () => {
  await daemon.virsh('start', name);
  const { now } = await apply(await definitions.read(id), titled('First'));
  await apply(now, described('Second'));
  expect(await dump()).toMatch(/<title>First<\/title>[^]*<description>Second<\/description>/);
  expect(await daemon.virsh('dumpxml', name)).not.toContain('First');
  await daemon.virsh('destroy', name);
  await daemon.virsh('start', name);
  expect(await daemon.virsh('dumpxml', name)).toMatch(/<title>First<\/title>[^]*<description>Second<\/description>/);
});

test('what is no definition of this guest is refused, and the host’s own refusals come with their words', async () => {
  const before = await definitions.read(id);
  const refused = (change: (text: string) => string) => expect(apply(before, change)).rejects;
  await refused((text) => text.replace(id, '11111111-2222-4333-8444-555555555555')).toMatchObject({ code: 'invalid-definition' });
  await refused((text) => text.replace(`<name>${name}</name>`, '<name>other</name>')).toMatchObject({ code: 'invalid-definition' });
  await refused(() => '<network/>').toMatchObject({ code: 'invalid-definition' });
  await refused((text) => text.replace('</domain>', '')).toMatchObject({
    code: 'invalid-definition',
    reason: expect.stringMatching(/\d+:\d+/),
  });
  await refused((text) => text.replace('<devices>', '<nonsense/><devices>')).toMatchObject({ code: 'invalid-definition' });
  await refused((text) => text.replace(/<memory .*<\/memory>/, '')).toMatchObject({ message: expect.stringMatching(/memory/) });
  expect(await definitions.read(id)).toEqual(before);
});

test('without the schema’s word it is defined as virsh would, and what is ignored is told', async () => {
  const before = await definitions.read(id);
  const text = before.text.replace('</uuid>', '</uuid><nonsense/>');
  const { outcome } = await definitions.define(id, { text, base: before.revision, validate: false }, never);
  expect(outcome).toBe('ignored');
  expect(await definitions.read(id)).toEqual(before);
});

test('a guest that exists only while it runs has none', async () => {
  const file = join(daemon.dir, 'transient.xml');
  await writeFile(
    file,
    '<domain type="qemu"><name>fleeting</name><memory unit="MiB">32</memory><os><type arch="x86_64">hvm</type></os></domain>',
  );
  await daemon.virsh('create', file);
  const fleeting = (await daemon.virsh('domuuid', 'fleeting')).trim();
  const { text, revision } = await definitions.read(fleeting);
  await expect(definitions.define(fleeting, { text, base: revision, validate: true }, never)).rejects.toMatchObject({
    code: 'invalid-state',
  });
  expect(await daemon.virsh('list', '--persistent', '--all')).not.toContain('fleeting');
  await daemon.virsh('destroy', 'fleeting');
});

describe.each([
  {
    kind: 'network' as const,
    make: 'net-define',
    dumped: 'net-dumpxml',
    remove: 'net-undefine',
    source: "<network><name>lab</name><bridge name='virbr77'/><ip address='10.77.77.1' prefix='24'/></network>",
    mine: (text: string) => text.replace('</uuid>', "</uuid><domain name='mine.example'/>"),
    theirs: (text: string) => text.replace('</uuid>', "</uuid><domain name='theirs.example'/>"),
    shows: 'mine.example',
  },
  {
    kind: 'pool' as const,
    make: 'pool-define',
    dumped: 'pool-dumpxml',
    remove: 'pool-undefine',
    source: "<pool type='dir'><name>lab</name><target><path>/srv/lab</path></target></pool>",
    mine: (text: string) => text.replace('/srv/lab', '/srv/mine'),
    theirs: (text: string) => text.replace('/srv/lab', '/srv/theirs'),
    shows: '/srv/mine',
  },
])('a $kind', ({ kind, make, dumped, remove, source, mine, theirs, shows }) => {
  const file = () => join(daemon.dir, `lab-${kind}.xml`);
  const define = async (text: string) => {
    await writeFile(file(), text);
    await daemon.virsh(make, file());
  };
  beforeEach(() => define(source));
  afterEach(() => daemon.virsh(remove, 'lab'));

  test('is changed over what it was, and not over what somebody else made of it', async () => {
    const uuid = (await daemon.virsh(dumped, 'lab')).match(/<uuid>(.*)<\/uuid>/)?.[1] ?? '';
    const object = kind === 'network' ? { kind, id: uuid } : { kind, name: 'lab' };
    const before = await definitions.readObject(object);
    expect(before).toMatchObject({ name: 'lab', command: expect.stringContaining(make) });
    const wish = (text: string, base = before.revision) => ({ text, base, validate: true });
    const { outcome, now } = await definitions.defineObject(object, wish(mine(before.text)));
    expect(outcome).toBe('defined');
    expect(await daemon.virsh(dumped, 'lab')).toContain(shows);
    expect((await definitions.readObject(object)).revision).toBe(now.revision);
    await define(theirs(before.text));
    await expect(definitions.defineObject(object, wish(mine(before.text), now.revision))).rejects.toMatchObject({ code: 'conflict' });
    expect(await daemon.virsh(dumped, 'lab')).not.toContain(shows);
    const { text, revision } = await definitions.readObject(object);
    for (const broken of [
      text.replace(uuid, id),
      text.replace('<name>lab', '<name>other'),
      source.replace('<name>', '<nonsense/><name>'),
      '',
    ]) {
      await expect(definitions.defineObject(object, wish(broken, revision))).rejects.toMatchObject({ code: 'invalid-definition' });
    }
    const refused = text.replace('<name>', '<nonsense/><name>');
    await expect(definitions.defineObject(object, wish(refused, revision))).rejects.toMatchObject({ code: 'invalid-definition' });
  });
});

describe('when the connection ends', () => {
  let connection: HostConnection;
  beforeEach(async () => {
    connection = await connectTo(daemon.uri);
  });
  afterEach(() => connection.close());

  test('before the change, it was not made, and the next connection goes on from the same base', async () => {
    const before = await connection.definitions?.read(id);
    if (before === undefined) throw new Error('there are no definitions');
    await daemon.crash();
    await connection.closed;
    await expect(apply(before, titled('Ours'), connection.definitions ?? definitions)).rejects.toMatchObject({ code: 'connection-lost' });
    await daemon.revive();
    connection = await connectTo(daemon.uri);
    await apply(before, titled('Ours'), connection.definitions ?? definitions);
    expect(await dump()).toContain('<title>Ours</title>');
    host = await open();
  });

  test('between the change and its answer, what is there tells that it was made', async () => {
    const dom = await host.domainOf(id);
    const base = await readWhole(host, dom);
    const lost = async () => {
      await daemon.crash();
      await host.closed;
      await daemon.revive();
      throw new BackendError('outcome-unknown', 'The answer will not come.');
    };
    const { host: watched } = meddled({ after: lost });
    const { text } = await redefine(watched, dom, base, titled('Ours')(base));
    expect(text).toContain('<title>Ours</title>');
    host = await open();
  });
});
