import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { GuestRequest, HostConnection } from '../../backends/backend.ts';
import { BackendError } from '../../backends/errors.ts';
import { Guest, GuestDetails, type GuestId } from '../../backends/model/guest.ts';
import type { GuestAction } from '../../backends/model/guest-action.ts';
import { HostAbilities, HostFacts, HostLoad } from '../../backends/model/host.ts';
import { GuestObjectKind, HostObject, ObjectKind, type StaleKind } from '../../backends/model/inventory.ts';
import { Network } from '../../backends/model/network.ts';
import { allMeasures, GuestCounters, type Measure } from '../../backends/model/sample.ts';
import { Pool, Volume } from '../../backends/model/storage.ts';
import { quietOperation } from '../bed/quiet-operation.ts';
import { within } from './bytes.ts';
import { ChangeLog } from './change-log.ts';
import { codeOf } from './code-of.ts';
import { describeConsoles } from './consoles.ts';
import { describeCreation, poolOf } from './creation.ts';
import { describeDefinitions } from './definitions.ts';
import { describeStartOrder } from './start-order.ts';
import { describeStorage } from './storage.ts';
import { describeHardware } from './hardware.ts';
import { describeNetworks } from './networks.ts';
import { describeTransfers } from './transfers.ts';
import { describeLeftovers } from './leftovers.ts';

/** A host to try a backend on, with hooks that reach behind the backend. */
export interface TrialHost {
  /** Another connection to it. `readOnly`: for looking only. */
  connect(signal: AbortSignal, readOnly?: boolean): Promise<HostConnection>;
  /** A persistent guest that is shut off, not saved, and may be put through everything. */
  readonly guest: GuestId;
  /** What the guest has no operating system for: it takes the request and goes on. */
  readonly ignores?: readonly GuestAction[];
  /** A terminal of the running guest: typed there, it answers so. Null where the host has none. */
  readonly terminal: { readonly name: string; readonly awaits: RegExp | null; readonly type: string; readonly answer: RegExp } | null;
  /** Starts the guest by another client. */
  startBehind(): Promise<void>;
  /** Makes a storage pool of this name by another client; returns how to remove it again. */
  poolBehind(name: string): Promise<() => Promise<void>>;
  /** Ends the host's side of every connection without a word, as its crash does; the host is there again when it resolves. */
  cut(): Promise<void>;
  /** What `creation` is tried with: a guest that does not exist yet. Null where the host makes none. */
  readonly creation: GuestRequest | null;
  /** A folder of the host that is not there yet, for a pool. Null where pools are not tried. */
  readonly newFolder: string | null;
  close(): Promise<void>;
}

/** A guest id that no host has. */
const nobody: GuestId = '00000000-0000-4000-8000-00000000dead';
const never = () => new AbortController().signal;

/** What every backend must do, on a host that `open` provides. Every backend passes it: one that cannot do a thing says so by its abilities. */
export function describeBackend(name: string, options: { open(): Promise<TrialHost> }): void {
  describe(name, () => {
    let host: TrialHost;
    let connection: HostConnection;
    let log: ChangeLog;

    beforeAll(async () => {
      host = await options.open();
    });
    afterAll(() => host.close());
    beforeEach(async () => {
      connection = await host.connect(never());
      log = new ChangeLog(connection);
      // A test that failed must not make the others fail.
      const guest = await current();
      if (guest.state !== 'shut-off') await forceOff();
      if (guest.saved) await act('discard-save');
    });
    afterEach(() => connection.close());

    const current = async () => {
      const guest = (await connection.listGuests()).find(({ id }) => id === host.guest);
      if (guest === undefined) throw new Error('the guest is not in the list');
      return guest;
    };
    const act = (action: GuestAction) => connection.act(host.guest, action);
    const told = (expected: (guest: Guest) => boolean) => log.guest(host.guest, expected, 10_000);
    const start = async () => {
      await act('start');
      await told((guest) => guest.state === 'running');
    };
    const forceOff = async () => {
      await act('force-off');
      await told((guest) => guest.state === 'shut-off');
    };

    test('says what it is and what it can do', () => {
      HostFacts.parse(connection.facts);
      const abilities = HostAbilities.parse(connection.abilities);
      expect(abilities.createGuests).toBe(connection.creation !== null);
      expect(abilities.change).toBe(true);
      expect(abilities.storage).toBe(connection.storage !== null);
      expect(abilities.networks).toBe(connection.networks !== null);
      expect(abilities.inventory.includes('pools')).toBe(abilities.storage);
      expect(abilities.inventory.includes('networks')).toBe(abilities.networks);
    });

    test('lists every guest once, as the model has it', async () => {
      const guests = z.array(Guest).parse(await connection.listGuests());
      expect(new Set(guests.map(({ id }) => id)).size).toBe(guests.length);
      expect(await current()).toMatchObject({ state: 'shut-off', persistent: true, saved: false });
    });

    test('describes a guest and shows its definition', async () => {
      const details = GuestDetails.parse(await connection.describeGuest(host.guest));
      expect(details.id).toBe(host.guest);
      expect(await connection.guestDefinition(host.guest)).toContain((await current()).name);
    });

    test('has a command for an action, or says that there is none', async () => {
      const guest = await current();
      const command = connection.commandFor(guest, 'start');
      expect(command === null || command.includes(guest.name)).toBe(true);
    });

    test('knows nobody by an id that it did not give', async () => {
      expect(await codeOf(connection.describeGuest(nobody))).toBe('not-found');
      expect(await codeOf(connection.guestDefinition(nobody))).toBe('not-found');
      expect(await codeOf(connection.act(nobody, 'start'))).toBe('not-found');
      expect(await codeOf(connection.openConsole(nobody, 'serial0', { force: false }))).toBe('not-found');
      if (connection.deletion !== null) expect(await codeOf(connection.deletion.plan(nobody))).toBe('not-found');
    });

    test('refuses what a guest that is off cannot do', async () => {
      for (const action of ['shut-down', 'reboot', 'pause', 'resume', 'force-off', 'reset'] as const) {
        expect([action, await codeOf(act(action))]).toEqual([action, 'invalid-state']);
      }
      if (connection.abilities.managedSave) {
        expect(await codeOf(act('save'))).toBe('invalid-state');
        expect(await codeOf(act('discard-save'))).toBe('invalid-state');
      }
    });

    test('starts, pauses, resumes, resets and forces off, and tells each', async () => {
      await start();
      expect(await codeOf(act('start'))).toBe('invalid-state');
      expect(await codeOf(act('resume'))).toBe('invalid-state');
      await act('pause');
      await told((guest) => guest.state === 'paused');
      expect(await codeOf(act('pause'))).toBe('invalid-state');
      await act('resume');
      await told((guest) => guest.state === 'running');
      await act('reset');
      expect(await current()).toMatchObject({ state: 'running' });
      await forceOff();
      expect(await codeOf(act('force-off'))).toBe('invalid-state');
    });

    test('asks the guest to reboot and to shut down', async () => {
      await start();
      const ignores = host.ignores ?? [];
      await act('reboot');
      if (!ignores.includes('reboot')) expect(await current()).toMatchObject({ state: 'running' });
      await act('shut-down');
      if (ignores.includes('shut-down')) await forceOff();
      else await told((guest) => guest.state === 'shut-off');
    });

    test('marks a guest to start with its host, and not to, while it is off and while it runs', async () => {
      expect(await codeOf(act('no-autostart'))).toBe('invalid-state');
      await act('autostart');
      await told((guest) => guest.autostart);
      expect(await codeOf(act('autostart'))).toBe('invalid-state');
      await start();
      await act('no-autostart');
      await told((guest) => !guest.autostart);
      expect(await current()).toMatchObject({ autostart: false });
      await forceOff();
    });

    test('saves a guest, resumes it, and drops what was saved', async () => {
      if (!connection.abilities.managedSave) {
        await start();
        expect(await codeOf(act('save'))).toBe('unsupported');
        return;
      }
      await start();
      await act('save');
      await told((guest) => guest.state === 'shut-off' && guest.saved);
      await act('start');
      await told((guest) => guest.state === 'running' && !guest.saved);
      await act('save');
      await told((guest) => guest.state === 'shut-off' && guest.saved);
      await act('discard-save');
      await told((guest) => guest.state === 'shut-off' && !guest.saved);
    });

    test('tells within a second what another did, and the list agrees', async () => {
      await host.startBehind();
      await log.guest(host.guest, (guest) => guest.state === 'running', 1000);
      expect(await current()).toMatchObject({ state: 'running' });
      await forceOff();
    });

    test('counts a running guest, and only that', async () => {
      expect(connection.abilities.statistics).toBe(true);
      const count = async () =>
        z
          .array(GuestCounters)
          .parse(await connection.countGuests(allMeasures))
          .find(({ id }) => id === host.guest);
      expect(await count()).toBeUndefined();
      await start();
      const before = await count();
      await expect.poll(async () => (await count())?.cpuTime, { timeout: 10_000 }).toBeGreaterThan(before?.cpuTime ?? Infinity);
      await forceOff();
      expect(await count()).toBeUndefined();
    });

    test('counts only what is asked for', async () => {
      await start();
      const [counters] = (await connection.countGuests(new Set<Measure>(['memory']))).filter(({ id }) => id === host.guest);
      expect(counters).toMatchObject({ memory: expect.any(Number), cpuTime: null, vcpus: null, diskRead: null, netSent: null });
      expect(await connection.countGuests(new Set())).toEqual([]);
      await forceOff();
    });

    test('measures its own load, or says that it does not', async () => {
      try {
        HostLoad.parse(await connection.loadOfHost());
        HostLoad.parse(await connection.loadOfHost());
      } catch (error) {
        if (!(error instanceof BackendError)) throw error;
        expect(error.code).toBe('unsupported');
      }
    });

    test('a long action tells how far it is, and is not begun when it was cancelled before', async () => {
      if (!connection.abilities.managedSave) return;
      await start();
      const steps = new Set<string>();
      const cancelled = quietOperation({ report: (step) => void steps.add(step), signal: AbortSignal.abort() });
      expect(await codeOf(connection.act(host.guest, 'save', cancelled))).toBe('cancelled');
      expect(await current()).toMatchObject({ state: 'running', saved: false });
      expect(steps.size).toBe(0);
      await connection.act(host.guest, 'save', quietOperation({ report: (step) => void steps.add(step) }));
      await told((guest) => guest.state === 'shut-off' && guest.saved);
      expect([...steps]).toHaveLength(1);
      expect((await connection.describeGuest(host.guest)).jobs).toEqual([]);
      await act('discard-save');
    });

    test('lists what it has besides guests, as the model has it, and has no other kinds', async () => {
      const { inventory, abilities } = connection;
      if (inventory === null) {
        expect([...abilities.inventory, ...abilities.guestInventory]).toEqual([]);
        return;
      }
      for (const kind of ObjectKind.options) {
        if (!abilities.inventory.includes(kind)) {
          expect([kind, await codeOf(inventory.list(kind))]).toEqual([kind, 'unsupported']);
          continue;
        }
        const objects = z.array(HostObject).parse(await inventory.list(kind));
        expect(new Set(objects.map(({ id }) => id)).size).toBe(objects.length);
      }
      for (const kind of GuestObjectKind.options) {
        expect([kind, await codeOf(inventory.ofGuest(nobody, kind))]).toEqual([kind, 'not-found']);
        if (abilities.guestInventory.includes(kind)) z.array(HostObject).parse(await inventory.ofGuest(host.guest, kind));
        else expect([kind, await codeOf(inventory.ofGuest(host.guest, kind))]).toEqual([kind, 'unsupported']);
      }
    });

    test('tells within a second that another made a pool, and lists it', async () => {
      const stale = new Set<StaleKind>();
      const stop = connection.onStale((what) => {
        for (const kind of what) stale.add(kind);
      });
      await connection.storage?.listPools();
      const remove = await host.poolBehind('made behind');
      await expect.poll(() => [...stale], { timeout: 15_000 }).toContain('pools');
      expect((await connection.storage?.listPools())?.map(({ name }) => name)).toContain('made behind');
      expect((await connection.inventory?.list('pools'))?.map(({ name }) => name)).toContain('made behind');
      stale.clear();
      await remove();
      await expect.poll(() => [...stale], { timeout: 15_000 }).toContain('pools');
      expect((await connection.inventory?.list('pools'))?.map(({ name }) => name)).not.toContain('made behind');
      stop();
    });

    test('lists storage and networks as the model has them', async () => {
      const pools = z.array(Pool).parse((await connection.storage?.listPools()) ?? []);
      for (const { name, active } of pools) {
        if (active) z.array(Volume).parse(await connection.storage?.listVolumes(name));
      }
      if (connection.storage !== null) expect(await codeOf(connection.storage.listVolumes('no such pool'))).toBe('not-found');
      z.array(Network).parse((await connection.networks?.listNetworks()) ?? []);
    });

    describeStorage(
      () => connection,
      () => host.newFolder,
    );

    describeNetworks(() => connection);

    describeHardware({ connection: () => connection, guest: () => host.guest, start });

    describeDefinitions(
      () => connection,
      (readOnly) => host.connect(never(), readOnly),
      () => host.guest,
    );

    describeTransfers(
      () => connection,
      () => poolOf(host.creation?.spec),
    );

    describeStartOrder(
      () => connection,
      () => host.guest,
    );

    describeLeftovers(
      () => connection,
      () => poolOf(host.creation?.spec),
    );

    test('changes nothing over a connection that is for looking only, and says so', async () => {
      const looking = await host.connect(never(), true);
      try {
        const abilities = HostAbilities.parse(looking.abilities);
        expect(abilities).toMatchObject({
          change: false,
          createGuests: false,
          serialConsole: false,
          screenshots: false,
          managedSave: false,
          reset: false,
        });
        expect([looking.creation, looking.deletion, looking.storage?.transfers ?? null]).toEqual([null, null, null]);
        expect((await looking.listGuests()).map(({ id }) => id)).toContain(host.guest);
        expect((await looking.describeGuest(host.guest)).id).toBe(host.guest);
        expect(await codeOf(looking.act(host.guest, 'start'))).toBe('permission');
        expect(await codeOf(looking.screenshot(host.guest))).toBe('permission');
        if (looking.storage !== null) expect(await codeOf(looking.storage.provideDefaultPool())).toBe('permission');
        expect((await current()).state).toBe('shut-off');
        await start();
        if (host.terminal !== null) {
          expect(await codeOf(looking.openConsole(host.guest, host.terminal.name, { force: true }))).toBe('permission');
        }
        await forceOff();
      } finally {
        await looking.close();
      }
    });

    describeConsoles({ connection: () => connection, host: () => host, start, forceOff });

    describeCreation({
      connection: () => connection,
      log: () => log,
      request: () => host.creation,
      taken: async () => (await current()).name,
    });

    test('settles everything when it is closed', async () => {
      const asked = Promise.allSettled([
        connection.listGuests(),
        connection.countGuests(allMeasures),
        connection.describeGuest(host.guest),
      ]);
      await within(connection.close(), 1000, 'close');
      await within(Promise.all([asked, log.ended]), 1000, 'what was asked, and the changes');
      expect(await connection.closed).toBeNull();
      await connection.close();
      expect(['connection-lost', 'not-connected']).toContain(await codeOf(connection.listGuests()));
      expect(['connection-lost', 'not-connected']).toContain(await codeOf(act('start')));
    });

    test('settles everything when the host goes, and can be connected again', async () => {
      const asked = Promise.allSettled([connection.listGuests(), connection.countGuests(allMeasures)]);
      const gone = host.cut();
      expect(await within(connection.closed, 1000, 'closed')).toBeInstanceOf(Error);
      await within(Promise.all([asked, log.ended]), 1000, 'what was asked, and the changes');
      await gone;
      const again = await host.connect(never());
      expect((await again.listGuests()).map(({ id }) => id)).toContain(host.guest);
      await again.close();
    });

    test('stops connecting when it is told to', async () => {
      const controller = new AbortController();
      const attempt = codeOf(host.connect(controller.signal));
      controller.abort();
      expect(await attempt).toBe('cancelled');
    });
  });
}
