import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Hardware, HostConnection, Operation } from '../../backends/backend.ts';
import type { GuestId } from '../../backends/model/guest.ts';
import { GuestHardware, HardwarePlan, type HardwareChange } from '../../backends/model/hardware.ts';
import { HostDevice } from '../../backends/model/host-device.ts';
import { notedOperation, quietOperation } from '../bed/quiet-operation.ts';

/** A host with an IOMMU, and with a card that can be divided. */
export interface PassthroughTrial {
  readonly connection: HostConnection;
  /** A guest that is off and has nothing of the host's. */
  readonly guest: GuestId;
  /** PCI devices that share a group with nothing else, which nobody has. */
  readonly group: readonly [string, string];
  /** As a program that was killed leaves the device. */
  leaveWithVfio(address: string): void;
  close(): Promise<void>;
}

/** What every backend must do that gives guests the host's own devices. */
export function describePassthrough(name: string, open: () => Promise<PassthroughTrial>): void {
  describe(`${name}: devices of the host`, () => {
    let trial: PassthroughTrial;
    let hardware: Hardware;
    beforeEach(async () => {
      trial = await open();
      if (trial.connection.hardware === null) throw new Error('the host tells of no hardware');
      ({ hardware } = trial.connection);
    });
    afterEach(() => trial.close());

    const read = async () => GuestHardware.parse(await hardware.read(trial.guest));
    const wish = async (change: HardwareChange) => ({ change, base: (await read()).revision, when: 'as-soon-as-possible' as const });
    const plan = async (change: HardwareChange) => HardwarePlan.parse(await hardware.plan(trial.guest, await wish(change)));
    const apply = async (change: HardwareChange, operation: Operation = quietOperation()) =>
      hardware.apply(trial.guest, await wish(change), operation);
    const pages = async (kind: string) => (await read()).pages.filter((page) => page.kind === kind);
    const pageOf = async (address: string) => (await pages('pci-device')).find(({ values }) => values['device'] === address);
    const action = async (address: string, key: string) => (await pageOf(address))?.actions.find((one) => one.key === key);
    const act = async (address: string, key: string): Promise<HardwareChange> => ({
      kind: 'act',
      device: (await pageOf(address))?.id ?? '',
      action: key,
      values: {},
    });
    const give = (address: string): HardwareChange => ({ kind: 'add', device: 'pci-device', values: { device: address } });
    const devices = async () => HostDevice.array().parse(await trial.connection.inventory?.hardware());
    const driverOf = async (address: string) => {
      const found = (await devices()).find((one) => one.kind === 'pci' && one.address === address);
      return found?.kind === 'pci' ? found.driver : undefined;
    };
    const unavailableOf = async (address: string) => {
      const field = (await read()).addable.find(({ kind }) => kind === 'pci-device')?.fields.find(({ key }) => key === 'device');
      return field?.kind === 'choice' ? field.choices.find(({ value }) => value === address)?.unavailable : undefined;
    };
    const done = { effect: 'now', why: null };

    test('a PCI device is given after it was said what goes with it, and is nobody else’s then', async () => {
      const [first, second] = trial.group;
      expect(await unavailableOf(first)).toBeNull();
      const planned = await plan(give(first));
      expect(planned.objections).toEqual([]);
      expect(planned.grants).toHaveLength(1);
      expect(planned.warnings.join()).toContain(second);
      expect(planned.differences.map(({ effect }) => effect)).not.toContain('now');
      expect(await apply(give(first))).toEqual(done);
      const page = await pageOf(first);
      expect(page).toMatchObject({ group: 'host', presence: 'both', id: `pci-device:${first}`, removal: { fixed: null } });
      expect(page?.notes.join()).toMatch(/IOMMU group \d+: also .*has it now\./);
      expect(await unavailableOf(first)).toBe('The guest has it already.');
      expect((await devices()).find((one) => one.kind === 'pci' && one.address === first)?.users).toMatchObject([{ id: trial.guest }]);
      await apply({ kind: 'remove', device: page?.id ?? '' });
      expect(await unavailableOf(first)).toBeNull();
    });

    test('its whole group is given at once', async () => {
      const [first, second] = trial.group;
      await apply(give(first));
      expect((await action(first, 'give-group'))?.unavailable).toBeNull();
      const planned = await plan(await act(first, 'give-group'));
      expect(planned.differences).toMatchObject([
        { what: 'PCI device of the host', from: null, to: expect.stringContaining(second), effect: 'next-start' },
      ]);
      expect(planned.grants).toHaveLength(1);
      expect(planned.after).not.toBe(planned.before);
      expect(await pageOf(second)).toBeUndefined();
      expect(await apply(await act(first, 'give-group'))).toEqual(done);
      expect(await pageOf(second)).toMatchObject({ presence: 'both' });
      expect((await action(second, 'give-group'))?.unavailable).toBe('The guest has all of its group.');
    });

    test('its start is tried without the guest: all of the group is taken and given back, and written down meanwhile', async () => {
      await apply(give(trial.group[0]));
      const before = await Promise.all(trial.group.map(driverOf));
      const change = await act(trial.group[0], 'rehearse');
      const planned = await plan(change);
      expect(planned.differences.map(({ from }) => from)).toEqual(before);
      expect(planned.differences.every(({ to, effect }) => to?.startsWith('VFIO') === true && effect === 'now')).toBe(true);
      expect(planned.losses).not.toEqual([]);
      const { operation, notes } = notedOperation();
      expect(await apply(change, operation)).toEqual(done);
      expect(notes.map(({ product: { kind }, state }) => [kind, state])).toEqual([
        ['borrowed', 'gone'],
        ['borrowed', 'gone'],
      ]);
      expect(await Promise.all(trial.group.map(driverOf))).toEqual(before);
    });

    test('a trial that is cancelled gives back what it had taken', async () => {
      await apply(give(trial.group[0]));
      const before = await Promise.all(trial.group.map(driverOf));
      const stopping = new AbortController();
      const report = (words: string) => {
        if (words.includes(trial.group[0])) stopping.abort();
      };
      const { operation, notes } = notedOperation({ signal: stopping.signal, report });
      await expect(apply(await act(trial.group[0], 'rehearse'), operation)).rejects.toMatchObject({ code: 'cancelled' });
      expect(notes.map(({ state }) => state)).toEqual(['gone']);
      expect(await Promise.all(trial.group.map(driverOf))).toEqual(before);
    });

    test('what VFIO was left with is given back, and only that', async () => {
      const [first] = trial.group;
      const own = await driverOf(first);
      await apply(give(first));
      expect(await action(first, 'give-back')).toBeUndefined();
      trial.leaveWithVfio(first);
      // What a host has is looked at anew after each change of it.
      await apply({ kind: 'set', device: `pci-device:${first}`, values: { managed: false } });
      expect((await pageOf(first))?.notes.join()).toContain('it was not given back');
      const change = await act(first, 'give-back');
      expect(await plan(change)).toMatchObject({
        differences: [{ from: 'vfio-pci', effect: 'now' }],
        warnings: [expect.stringContaining('will not start')],
        losses: [],
      });
      expect(await apply(change)).toEqual(done);
      expect(await driverOf(first)).toBe(own);
      expect(await action(first, 'give-back')).toBeUndefined();
    });

    test('a part of a card is made for the guest, and goes with it from the host', async () => {
      const offer = (await read()).addable.find(({ kind }) => kind === 'mediated-device');
      expect(offer).toMatchObject({ unavailable: null, values: { whence: 'new', part: expect.any(String) } });
      const add: HardwareChange = {
        kind: 'add',
        device: 'mediated-device',
        values: { whence: 'new', part: offer?.values['part'] ?? null },
      };
      const planned = await plan(add);
      expect(planned.objections).toEqual([]);
      expect(planned.warnings.join()).toContain('is made on the host');
      const mediated = async () => (await devices()).filter(({ kind }) => kind === 'mediated');
      expect(await mediated()).toEqual([]);
      const { operation, notes } = notedOperation();
      expect(await apply(add, operation)).toEqual(done);
      expect(notes).toMatchObject([{ product: { kind: 'mediated' }, state: 'made' }]);
      const [made] = await pages('mediated-device');
      expect(await mediated()).toMatchObject([{ uuid: made?.values['device'], users: [{ id: trial.guest }] }]);
      expect(made?.notes.join()).toContain('Part of ');

      const off: HardwareChange = { kind: 'act', device: made?.id ?? '', action: 'take-off-host', values: {} };
      expect((await plan(off)).losses).toHaveLength(1);
      expect(await apply(off, operation)).toEqual(done);
      expect(notes.at(-1)).toMatchObject({ product: { kind: 'mediated' }, state: 'gone' });
      expect(await pages('mediated-device')).toEqual([]);
      expect(await mediated()).toEqual([]);
    });

    test('a device that the host does not have, or that nobody chose, is refused', async () => {
      for (const values of [{}, { device: '0000:fe:1f.7' }]) {
        const change: HardwareChange = { kind: 'add', device: 'pci-device', values };
        expect((await plan(change)).objections).toMatchObject([{ field: 'device' }]);
        await expect(apply(change)).rejects.toMatchObject({ code: 'bad-input' });
      }
      expect(await pages('pci-device')).toEqual([]);
    });
  });
}
