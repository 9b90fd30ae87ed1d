import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hardwareVerbs } from './hardware-verbs.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Hardware } from '../../backends/backend.ts';
import { MiB } from '../../backends/model/quantity.ts';
import { type SerialLine, serialLine } from '../bed/serial-line.ts';
import { tinyDomainXml, tinyGuest } from '../bed/tiny-guest.ts';
import { openStorageBed, type StorageBed } from './storage-bed.ts';

const patience = { timeout: 60_000, interval: 300 };

let bed: StorageBed;
let hardware: Hardware;
let folder: string;
let line: SerialLine;
let tiny: string;

beforeAll(async () => {
  bed = await openStorageBed();
  if (bed.connection.hardware === null) throw new Error('A QEMU host has hardware to change.');
  hardware = bed.connection.hardware;
  await bed.folder('images');
  folder = join(bed.daemon.dir, 'shared');
  await mkdir(folder);
  await writeFile(join(folder, 'hello'), 'from the host\n');
  const ports = `<controller type='pci' model='pcie-root'/>${"<controller type='pci' model='pcie-root-port'/>".repeat(10)}`;
  const agent = `<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>`;
  const xml = tinyDomainXml(await tinyGuest(), { name: 'tiny', serialLog: '/var/log/libvirt/tiny.log' });
  const file = join(bed.daemon.dir, 'tiny.xml');
  await writeFile(file, xml.replace('</devices>', `${ports}${agent}</devices>`));
  await bed.daemon.virsh('define', file);
  tiny = (await bed.daemon.virsh('domuuid', 'tiny')).trim();
});
afterAll(async () => {
  await bed.close();
  line.close();
});

const { plan, apply, pageOf } = hardwareVerbs(() => hardware);
const live = (name: string) => bed.daemon.virsh('dumpxml', name);
const inactive = (name: string) => bed.daemon.virsh('dumpxml', '--inactive', name);
const now = { effect: 'now', why: null };

let asked = 0;
/** What a command prints in the guest. */
async function ask(command: string): Promise<string> {
  asked += 1;
  // The terminal's echo of the command has no such marks: the shell makes them.
  line.type(`echo "B$((${asked}))B"; ${command}; echo "E$((${asked}))E"`);
  const text = await line.until(new RegExp(`B${asked}B[^]*E${asked}E`), 60_000);
  return text.slice(text.lastIndexOf(`B${asked}B`) + `B${asked}B`.length, text.lastIndexOf(`E${asked}E`)).trim();
}

/** As much of QEMU's agent as mounting needs: answers to libvirt's synchronisation, runs a program, tells how it ended. */
const agentScript = String.raw`while read -r line <&3; do
case $line in
*guest-sync*) id=${'$'}{line##*:}; id=${'$'}{id%%\}*}; echo "{\"return\":$id}" >&3 ;;
*guest-exec-status*) echo "{\"return\":{\"exited\":true,\"exitcode\":$code}}" >&3 ;;
*guest-exec*) words=$(echo "$line" | sed 's/.*"path":"\([^"]*\)".*/\1/'); more=$(echo "$line" | sed 's/.*"arg":\[\([^]]*\)\].*/\1/; s/[",]/ /g'); $words $more; code=$?; echo '{"return":{"pid":7}}' >&3 ;;
esac
done`;

// The guest is booted in it.
test('a shared folder is one switch: shared memory comes with it, and the guest reads and writes it', { timeout: 300_000 }, async () => {
  const values = { path: folder, target: 'share' };
  const planned = await plan(tiny, { kind: 'add', device: 'filesystem', values });
  expect(planned.objections).toEqual([]);
  expect(planned.warnings.join()).toContain('becomes shared');
  expect(planned.after).toMatch(/<access mode="shared"\/>/);
  await apply(tiny, { kind: 'add', device: 'filesystem', values });
  const definition = await inactive('tiny');
  expect(definition).toMatch(/<memoryBacking>\s*<source type='memfd'\/>\s*<access mode='shared'\/>/);
  expect((await pageOf(tiny, 'filesystem:share')).notes.join()).toContain('mount -t virtiofs share /mnt');

  await bed.daemon.virsh('start', 'tiny');
  line = await serialLine(bed.daemon, 'tiny', join(bed.daemon.dir, 'log/tiny.log'));
  await line.until(/tiny login: /, 200_000);
  line.type('root');
  await line.until(/# /, 60_000);
  expect(await ask('mount -t virtiofs share /mnt && cat /mnt/hello')).toBe('from the host');
  await ask('echo from the guest > /mnt/answer; sync');
  expect(await readFile(join(folder, 'answer'), 'utf8')).toBe('from the guest\n');
  await ask('umount /mnt');
});

test('the agent in the guest mounts it, and what it could not is said', async () => {
  const mount = async () => (await pageOf(tiny, 'filesystem:share')).actions.find(({ key }) => key === 'mount');
  expect(await mount()).toMatchObject({ unavailable: 'No agent answers in the guest.' });
  const script = Buffer.from(agentScript).toString('base64');
  await ask('ls /dev/vport*');
  for (const piece of script.match(/.{1,60}/g) ?? []) await ask(`echo ${piece} >> /tmp/agent.b64`);
  await ask('base64 -d /tmp/agent.b64 > /tmp/agent; port=$(ls /dev/vport*); exec 3<>$port; sh /tmp/agent & exec 3>&-');
  await expect.poll(async () => (await mount())?.unavailable, patience).toBeNull();
  expect(await apply(tiny, { kind: 'act', device: 'filesystem:share', action: 'mount', values: { place: '/mnt/by-agent' } })).toEqual(now);
  expect(await ask('cat /mnt/by-agent/hello')).toBe('from the host');
  await expect(
    apply(tiny, { kind: 'act', device: 'filesystem:share', action: 'mount', values: { place: '/proc/1/nowhere' } }),
  ).rejects.toMatchObject({ message: '“mkdir” failed in the guest.' });
});

test('a second folder is plugged in and pulled out while the guest runs', async () => {
  const second = join(bed.daemon.dir, 'second');
  await mkdir(second);
  await writeFile(join(second, 'hello'), 'from the second\n');
  expect(await apply(tiny, { kind: 'add', device: 'filesystem', values: { path: second, target: 'second' } })).toEqual(now);
  await expect.poll(() => ask('mount -t virtiofs second /mnt && cat /mnt/hello'), patience).toBe('from the second');
  await ask('umount /mnt');
  expect(await apply(tiny, { kind: 'remove', device: 'filesystem:second' })).toEqual(now);
  expect(await live('tiny')).not.toContain("dir='second'");
  expect(await inactive('tiny')).not.toContain("dir='second'");
});

test('a SCSI disk brings its controller along, which stays while anything hangs on it', async () => {
  const values = { newPool: 'images', newName: 'scsi.qcow2', newSize: 16 * MiB, bus: 'scsi' };
  const planned = await plan(tiny, { kind: 'add', device: 'disk', values });
  expect(planned.after).toMatch(/<controller type="scsi" index="0" model="virtio-scsi"/);
  expect(await apply(tiny, { kind: 'add', device: 'disk', values })).toEqual(now);
  await expect.poll(() => ask('cat /sys/block/sda/size'), patience).toBe(String((16 * MiB) / 512));
  expect(await live('tiny')).toMatch(/<controller type='scsi' index='0' model='virtio-scsi'>/);
  const page = await pageOf(tiny, 'controller:scsi-0');
  expect(page.notes).toEqual(['Hanging on it: disk sda.']);
  expect(page.removal?.fixed).toContain('disk sda hangs on it');
  await expect(apply(tiny, { kind: 'remove', device: 'controller:scsi-0' })).rejects.toMatchObject({ code: 'bad-input' });
  expect(await apply(tiny, { kind: 'act', device: 'disk:sda', action: 'remove-volume', values: {} })).toEqual(now);
  expect(await apply(tiny, { kind: 'remove', device: 'controller:scsi-0' })).toEqual(now);
  expect(await live('tiny')).not.toContain("type='scsi'");
  expect(await inactive('tiny')).not.toContain("type='scsi'");
});

test('controllers of a guest that is off are added, changed and removed, and the machine keeps its own', async () => {
  const file = join(bed.daemon.dir, 'off.xml');
  await writeFile(
    file,
    `<domain type="qemu"><name>off</name><memory unit="MiB">32</memory><os><type arch="x86_64" machine="q35">hvm</type></os>
    <devices><controller type="usb" model="none"/></devices></domain>`,
  );
  await bed.daemon.virsh('define', file);
  const off = (await bed.daemon.virsh('domuuid', 'off')).trim();
  await apply(off, { kind: 'set', device: 'controller:usb-0', values: { usbModel: 'qemu-xhci', ports: 8 } });
  expect(await inactive('off')).toMatch(/<controller type='usb' index='0' model='qemu-xhci' ports='8'>/);
  await apply(off, { kind: 'add', device: 'controller', values: { type: 'usb', usbModel: 'ich9-ehci1' } });
  const added = await inactive('off');
  expect(added).toMatch(/<controller type='usb' index='1' model='ich9-ehci1'>/);
  expect(added).toMatch(/<controller type='usb' index='1' model='ich9-uhci3'>\s*<master startport='4'\/>/);
  await apply(off, { kind: 'remove', device: 'controller:usb-1' });
  expect(await inactive('off')).not.toContain('ich9');
  await apply(off, { kind: 'add', device: 'controller', values: { type: 'virtio-serial' } });
  expect(await inactive('off')).toContain("<controller type='virtio-serial' index='0'>");
  expect((await pageOf(off, 'controller:pci-0')).removal?.fixed).toContain('belongs to the machine');
  expect((await pageOf(off, 'controller:sata-0')).removal?.fixed).toContain('chipset');
});
