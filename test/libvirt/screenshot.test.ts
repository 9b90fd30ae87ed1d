import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Screenshots } from '../../backends/libvirt/consoles/screenshot.ts';
import type { OpenHost } from '../../backends/libvirt/host/open-host.ts';
import { pictureSize } from '../../backends/model/guest-picture.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { failure } from '../faults/storage-bed.ts';
import { countingRoad, openTransfers } from './transfer-bed.ts';

let daemon: PrivateLibvirtd;
let road: Awaited<ReturnType<typeof countingRoad>>;
let host: OpenHost;

beforeAll(async () => {
  daemon = await startPrivateLibvirtd();
  road = await countingRoad(daemon.socket, join(daemon.dir, 'counted'));
  ({ host } = await openTransfers(road.uri));
});
afterAll(async () => {
  host.close();
  road.close();
  await daemon.stop();
});

/** Shows what the firmware says of having nothing to boot. */
async function define(name: string, screen: boolean): Promise<string> {
  const video = screen ? '<graphics type="vnc" autoport="yes"/><video><model type="vga"/></video>' : '<video><model type="none"/></video>';
  await writeFile(
    join(daemon.dir, `${name}.xml`),
    `<domain type="qemu"><name>${name}</name><memory unit="MiB">32</memory>
    <os><type arch="x86_64" machine="q35">hvm</type></os><devices>${video}</devices></domain>`,
  );
  await daemon.virsh('define', join(daemon.dir, `${name}.xml`));
  return (await daemon.virsh('domuuid', name)).trim();
}

test('pictures of a running guest come over one connection that is kept', async () => {
  const id = await define('seen', true);
  const screenshots = new Screenshots(host);
  expect(await failure(screenshots.take(await host.domainOf(id)))).toMatchObject({ code: 'invalid-state' });
  await daemon.virsh('start', 'seen');
  const running = await host.domainOf(id);
  const first = await screenshots.take(running);
  const before = road.connections();
  const size = pictureSize(first);
  expect(size?.width).toBeGreaterThan(100);
  expect(size?.height).toBeGreaterThan(100);
  const pictures = await Promise.all(Array.from({ length: 10 }, () => screenshots.take(running)));
  expect(pictures.every((picture) => picture.mime === first.mime && pictureSize(picture) !== null)).toBe(true);
  expect(road.connections()).toBe(before);
  await daemon.virsh('destroy', 'seen');
});

test('a guest without a screen has none, and the next guest’s is taken all the same', async () => {
  const blind = await define('blind', false);
  const other = await define('other', true);
  await daemon.virsh('start', 'blind');
  await daemon.virsh('start', 'other');
  const screenshots = new Screenshots(host);
  expect(await failure(screenshots.take(await host.domainOf(blind)))).toMatchObject({ code: 'unsupported' });
  expect(pictureSize(await screenshots.take(await host.domainOf(other)))).not.toBeNull();
});
