import { expect, test } from 'vitest';
import type { Hardware, HostConnection } from '../../backends/backend.ts';
import type { GuestId } from '../../backends/model/guest.ts';
import { GuestHardware, HardwarePlan, type HardwareChange } from '../../backends/model/hardware.ts';
import { quietOperation } from '../bed/quiet-operation.ts';

interface Trial {
  connection(): HostConnection;
  /** A guest that is off. */
  readonly guest: () => GuestId;
  /** Starts it, and says when it runs. */
  start(): Promise<void>;
}

const quietly = quietOperation();

/** What every backend that changes hardware must do, tried with a watchdog: it is small, has choices, and every hypervisor with devices has one. */
export function describeHardware({ connection, guest, start }: Trial): void {
  const tried = (name: string, body: (hardware: Hardware) => Promise<void>) =>
    test(`hardware: ${name}`, async () => {
      const { hardware } = connection();
      if (hardware === null) throw new Error('the host tells of no hardware');
      try {
        await body(hardware);
      } finally {
        const left = (await hardware.read(guest())).pages.find(({ kind }) => kind === 'watchdog');
        if (left !== undefined && left.presence !== 'running') await apply(hardware, { kind: 'remove', device: left.id }, 'next-start');
      }
    });
  const read = async (hardware: Hardware) => GuestHardware.parse(await hardware.read(guest()));
  const watchdogOf = async (hardware: Hardware) => (await read(hardware)).pages.find(({ kind }) => kind === 'watchdog');
  const plan = async (hardware: Hardware, change: HardwareChange) =>
    HardwarePlan.parse(await hardware.plan(guest(), { change, base: (await read(hardware)).revision, when: 'as-soon-as-possible' }));
  const apply = async (hardware: Hardware, change: HardwareChange, when: 'as-soon-as-possible' | 'next-start' = 'as-soon-as-possible') =>
    hardware.apply(guest(), { change, base: (await hardware.read(guest())).revision, when }, quietly);
  const add: HardwareChange = { kind: 'add', device: 'watchdog', values: { action: 'pause' } };

  tried('what was added, changed or removed is as it was before, by the definition of that time', async (hardware) => {
    const undone = async (change: HardwareChange) => {
      const was = (await read(hardware)).pages;
      const { before } = await plan(hardware, change);
      await apply(hardware, change);
      expect((await read(hardware)).pages).not.toEqual(was);
      const undo: HardwareChange = { kind: 'undo', definition: before };
      expect((await plan(hardware, undo)).differences).not.toEqual([]);
      expect(await apply(hardware, undo)).toEqual({ effect: 'now', why: null });
      expect((await read(hardware)).pages).toEqual(was);
    };
    await undone(add);
    await apply(hardware, add);
    const device = (await watchdogOf(hardware))?.id ?? '';
    await undone({ kind: 'set', device, values: { action: 'poweroff' } });
    await undone({ kind: 'remove', device });
  });

  tried('a device is planned, added, changed and removed', async (hardware) => {
    const before = await read(hardware);
    expect(before.running).toBe(false);
    expect(new Set(before.pages.map(({ id }) => id)).size).toBe(before.pages.length);
    const sort = before.addable.find(({ kind }) => kind === 'watchdog');
    if (sort === undefined) throw new Error('the host offers no watchdog');
    expect(sort.unavailable).toBeNull();
    const planned = await plan(hardware, add);
    expect(planned.objections).toEqual([]);
    expect(planned.differences.map(({ effect }) => effect)).not.toContain('now');
    expect(planned.after).not.toBe(planned.before);
    expect(await watchdogOf(hardware)).toBeUndefined();

    await apply(hardware, add);
    const made = await watchdogOf(hardware);
    expect(made).toMatchObject({ group: 'other', presence: 'both', running: {}, values: { action: 'pause' } });
    expect((await read(hardware)).revision).not.toBe(before.revision);
    const device = made?.id ?? '';

    const change: HardwareChange = { kind: 'set', device, values: { action: 'poweroff' } };
    expect((await plan(hardware, change)).differences).toEqual([
      { what: 'When the guest hangs', from: 'Pause it', to: 'Switch it off', effect: 'next-start' },
    ]);
    await apply(hardware, change);
    expect((await watchdogOf(hardware))?.values['action']).toBe('poweroff');
    await apply(hardware, { kind: 'remove', device });
    expect(await watchdogOf(hardware)).toBeUndefined();
  });

  tried('what was not begun from what is there is refused, and nothing is done', async (hardware) => {
    const { revision: base } = await read(hardware);
    await apply(hardware, add);
    const device = (await watchdogOf(hardware))?.id ?? '';
    const change: HardwareChange = { kind: 'set', device, values: { action: 'none' } };
    const wish = { change, base, when: 'as-soon-as-possible' } as const;
    await expect(hardware.plan(guest(), wish)).rejects.toMatchObject({ code: 'conflict' });
    await expect(hardware.apply(guest(), wish, quietly)).rejects.toMatchObject({ code: 'conflict' });
    expect((await watchdogOf(hardware))?.values['action']).toBe('pause');
  });

  tried('nonsense is refused: no such device, field or value', async (hardware) => {
    await apply(hardware, add);
    const device = (await watchdogOf(hardware))?.id ?? '';
    const nonsense: readonly (readonly [HardwareChange, string])[] = [
      [{ kind: 'remove', device: 'nothing:like-it' }, 'not-found'],
      [{ kind: 'set', device, values: { colour: 'red' } }, 'bad-input'],
      [{ kind: 'add', device: 'flux-capacitor', values: {} }, 'bad-input'],
    ];
    for (const [change, code] of nonsense) await expect(plan(hardware, change)).rejects.toMatchObject({ code });
    const explode: HardwareChange = { kind: 'set', device, values: { action: 'explode' } };
    expect((await plan(hardware, explode)).objections).toMatchObject([{ field: 'action' }]);
    await expect(apply(hardware, explode)).rejects.toMatchObject({ code: 'bad-input' });
    expect((await watchdogOf(hardware))?.values['action']).toBe('pause');
  });

  tried('what a running guest does not take waits for its next start, and says so', async (hardware) => {
    await apply(hardware, add);
    const { revision: off } = await read(hardware);
    await start();
    // What was seen of a guest that is off is no wish for one that runs.
    const wish = { change: add, base: off, when: 'as-soon-as-possible' } as const;
    await expect(hardware.apply(guest(), wish, quietly)).rejects.toMatchObject({ code: 'conflict' });
    // What the host gives each running guest is nothing that waits.
    expect((await read(hardware)).pending).toEqual([]);
    const device = (await watchdogOf(hardware))?.id ?? '';
    const outcome = await apply(hardware, { kind: 'set', device, values: { action: 'none' } });
    expect(outcome.effect).toBe('next-start');
    expect(outcome.why).not.toBeNull();
    const { pages, pending, running } = await read(hardware);
    expect(running).toBe(true);
    expect(pages.find(({ id }) => id === device)).toMatchObject({
      presence: 'both',
      values: { action: 'none' },
      running: { action: 'pause' },
    });
    expect(pending).toMatchObject([{ device }]);
    await apply(hardware, { kind: 'remove', device }, 'next-start');
    expect(await watchdogOf(hardware)).toMatchObject({ presence: 'running' });
  });
}
