import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGuestCreation } from '../../backends/libvirt/creation/creation.ts';
import { createNetworks } from '../../backends/libvirt/networks/networks.ts';
import { openHost, type OpenHost } from '../../backends/libvirt/host/open-host.ts';
import { createStorage } from '../../backends/libvirt/storage/storage.ts';
import { guestRequest, plainSpec } from '../bed/guest-request.ts';
import { type PrivateLibvirtd, startPrivateLibvirtd } from '../bed/private-libvirtd.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { unattended } from '../bed/unattended-connect.ts';
import { makeIso } from '../faults/storage-bed.ts';

const run = promisify(execFile);
let daemon: PrivateLibvirtd;
let host: OpenHost;
let obstacle: string | null = null;

const inside = async (script: string) => {
  const [program, ...rest] = daemon.enter;
  return run(program, [...rest, 'sh', '-ec', script]);
};

beforeAll(async () => {
  daemon = await startPrivateLibvirtd({ network: true });
  host = await openHost(daemon.uri, unattended(), async () => undefined);
  // A wired card, as far as libvirt is concerned. The node of a macvtap device is made by devtmpfs, or by a udev that sees this namespace.
  await inside('ip link add lan0 type veth peer name lan1; ip link set lan0 up; ip link set lan1 up');
  obstacle = await inside(
    'ip link add link lan0 name probe type macvtap mode bridge; index=$(ip -o link show probe | cut -d: -f1); test -c /dev/tap$index; ip link del probe',
  ).then(
    () => null,
    (error: unknown) => `this machine’s kernel gives a network namespace no macvtap device: ${String(error)}`,
  );
}, 60_000);
afterAll(async () => {
  host?.close();
  await daemon?.stop();
});

test('a guest is put directly on a card of the host, and starts', async (context) => {
  if (obstacle !== null) context.skip(obstacle);
  const iso = await makeIso(join(daemon.dir, 'nothing.iso'));
  const creation = createGuestCreation(host, createStorage(host), createNetworks(host));
  const spec = plainSpec('direct', { nics: [{ kind: 'direct', device: 'lan0' }], start: true });
  const id = await creation.create(guestRequest(spec, iso), quietOperation());
  expect((await daemon.virsh('domstate', id)).trim()).toBe('running');
  const definition = await daemon.virsh('dumpxml', id);
  expect(definition).toMatch(/<interface type='direct'>[^]*<source dev='lan0' mode='bridge'\/>[^]*<target dev='macvtap\d+'\/>/);
  const [, device = ''] = /<target dev='(macvtap\d+)'\/>/.exec(definition) ?? [];
  expect((await inside(`ip -d link show ${device}`)).stdout).toContain('macvtap mode bridge');
  await daemon.virsh('destroy', id);
});
