import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import type { Confirmation } from '#model/confirmation';
import type { NicAttachment, NicAttachments } from '#model/network';
import type { NetworkForward, NetworkSpec } from '#model/network-spec';
import { FakeBackend } from '../backends/fake/fake-backend.ts';
import { unkeptJournal } from '../test/fakes/fake-shelf.ts';
import { facetOf } from './facet.ts';
import { losersOf, NetworkKeeper } from './network-keeper.ts';
import { Questions } from './questions.ts';
import { Registry } from './registry.ts';
import { Tasks } from './tasks.ts';
import { unheard } from '../test/fakes/unheard.ts';

const nic = (guestName: string, name: string, active: boolean): NicAttachment => ({
  guest: '00000000-0000-4000-8000-000000000001',
  guestName,
  mac: '52:54:00:00:00:01',
  model: null,
  source: { kind: 'network', name, portGroup: null },
  active,
  target: null,
});
const all: NicAttachments = {
  nics: [nic('runs', 'lab', true), nic('runs', 'lab', true), nic('off', 'lab', false), nic('elsewhere', 'default', true)],
  unread: 0,
};

test('by stopping, those lose who run there; by deletion, all who name it; each once', () => {
  expect(losersOf({ name: 'lab' }, 'stop', all)).toEqual(['“runs”']);
  expect(losersOf({ name: 'lab' }, 'delete', all)).toEqual(['“runs”', '“off”']);
  expect(losersOf({ name: 'nobody’s' }, 'delete', all)).toEqual([]);
});

test('guests that could not be looked into are no reason to be quiet', () => {
  expect(losersOf({ name: 'nobody’s' }, 'stop', { ...all, unread: 3 })).toEqual(['perhaps some of 3 guests that could not be looked into']);
});

test('that a network hands out devices of the host from now on is asked about before', async () => {
  const uri = 'fake://here/';
  const here = { id: 'here', name: 'Here', uri, address: { road: 'uri' as const, uri }, autoconnect: true, readOnly: false };
  const registry = new Registry({
    backends: [new FakeBackend({ delay: 1 })],
    hosts: [here],
    publish: unheard,
    log: () => {},
    random: Math.random,
  });
  registry.connectAll();
  await vi.waitFor(() => registry.connection('here'));
  const networks = facetOf(registry.connection('here'), 'networks');
  const change = vi.spyOn(networks, 'change').mockResolvedValue();
  const asked: Confirmation[] = [];
  const questions = new Questions(async (_, question) => {
    asked.push(question);
    return { kind: 'cancelled' };
  });
  const tasks = new Tasks(
    () => {},
    () => {},
    randomUUID,
    unkeptJournal,
  );
  const keeper = new NetworkKeeper(registry, tasks, questions);
  const [network] = await networks.listNetworks();
  if (network === undefined) throw new Error('the fake host has no network');
  const { spec } = await networks.describe(network.id);
  const leading = (forward: NetworkForward): NetworkSpec => ({ ...spec, forward });
  const devices: readonly NetworkForward[] = [
    { mode: 'sriov', device: 'eth0' },
    { mode: 'macvtap', submode: 'passthrough', devices: ['eth0'] },
  ];
  for (const forward of devices) {
    await expect(keeper.change(1, 'here', network.id, spec, leading(forward))).rejects.toMatchObject({ code: 'cancelled' });
    expect(asked.at(-1)).toMatchObject({ details: [{ label: 'Host' }, { value: 'eth0' }], danger: true });
  }
  expect(change).not.toHaveBeenCalled();
  await keeper.change(1, 'here', network.id, spec, leading({ mode: 'isolated' }));
  expect(asked).toHaveLength(2);
  expect(change).toHaveBeenCalledOnce();
  await registry.close();
});
