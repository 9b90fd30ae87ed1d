import { beforeEach, expect, test } from 'vitest';
import { FakeLibvirtd, refusal } from '../../../test/fakes/fake-libvirtd.ts';
import { remote } from '../protocol/remote.ts';
import { openOver } from '../rpc/open-session.ts';
import { plugIn } from './plug-in.ts';

const dom = { name: 'box', uuid: 'c7a5fdbd-cdaf-9455-926a-d65c16db1809', id: 3 };
const controller = '<controller type="scsi" index="0"/>';
const disk = '<disk type="file"/>';

let daemon: FakeLibvirtd;
let calls: string[];
let refused: ReadonlyMap<string, number>;

beforeEach(() => {
  daemon = new FakeLibvirtd();
  calls = [];
  refused = new Map();
  const step = (what: string, xml: string) => {
    calls.push(`${what} ${xml}`);
    const code = refused.get(`${what} ${xml}`);
    if (code !== undefined) throw refusal({ code, domain: 10, message: 'no such file' });
    return undefined;
  };
  daemon.answer(remote.domainAttachDeviceFlags, ({ xml, flags }) => {
    expect(flags).toBe(1);
    return step('attach', xml);
  });
  daemon.answer(remote.domainDetachDeviceFlags, ({ xml }) => step('detach', xml));
});

async function plugged(): Promise<void> {
  const session = await openOver(daemon.connect(), 'test:///default');
  await plugIn({ host: { job: (procedure, args) => session.call(procedure, args) }, dom }, [controller], disk);
}

test('what a device needs is plugged in before it', async () => {
  await plugged();
  expect(calls).toEqual([`attach ${controller}`, `attach ${disk}`]);
});

test('a controller that came for a device which is refused is taken away again', async () => {
  refused = new Map([[`attach ${disk}`, 38]]);
  await expect(plugged()).rejects.toMatchObject({ message: expect.not.stringContaining('stays') });
  expect(calls).toEqual([`attach ${controller}`, `attach ${disk}`, `detach ${controller}`]);
});

test('one that the guest does not let go of is told of', async () => {
  refused = new Map([
    [`attach ${disk}`, 38],
    [`detach ${controller}`, 55],
  ]);
  await expect(plugged()).rejects.toMatchObject({ message: expect.stringMatching(/no such file.*controller.*stays/) });
});
