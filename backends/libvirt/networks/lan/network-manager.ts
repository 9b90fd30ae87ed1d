import { z } from 'zod';
import { BackendError } from '../../../errors.ts';
import type { RunProgram } from '../../transport/run-program.ts';
import { BusDict, BusSections, type BusValue, busNumber, busWords } from './bus-value.ts';

const NAME = 'org.freedesktop.NetworkManager';
const ROOT = '/org/freedesktop/NetworkManager';

// https://networkmanager.dev/docs/api/latest/nm-dbus-types.html, NMCheckpointCreateFlags.
const DELETE_NEW_PROFILES = 2;
const DISCONNECT_NEW_DEVICES = 4;

/** Objects by their paths, each with its interfaces' properties. */
const Objects = z.record(z.string(), z.record(z.string(), BusDict));
export type BusObjects = z.infer<typeof Objects>;

const Reply = z.object({ data: z.array(z.unknown()) });
type Call = readonly [name: string, path: string, face: string, member: string, args?: readonly BusValue[]];
const Path = z.string().startsWith('/').max(256);

/** NetworkManager of a host, by its D-Bus interface; spoken by systemd's busctl, which every host with NetworkManager has, over the host's road. */
export class NetworkManager {
  readonly #run: RunProgram;

  constructor(run: RunProgram) {
    this.#run = run;
  }

  /** Which of these names somebody has on the system bus. Rejects with 'unsupported' where there is no bus. */
  async owned(names: readonly string[]): Promise<Set<string>> {
    const bus = 'org.freedesktop.DBus';
    const has = await Promise.all(
      names.map(
        async (name) => await this.#first(z.boolean(), bus, '/org/freedesktop/DBus', bus, 'NameHasOwner', [{ type: 's', data: name }]),
      ),
    );
    return new Set(names.filter((_, index) => has[index]));
  }

  async objects(): Promise<BusObjects> {
    return this.#first(Objects, NAME, '/org/freedesktop', 'org.freedesktop.DBus.ObjectManager', 'GetManagedObjects');
  }

  /** 'yes', 'auth' or 'no' to each thing that one may do. */
  async permissions(): Promise<Readonly<Record<string, string>>> {
    return this.#first(z.record(z.string(), z.string()), NAME, ROOT, NAME, 'GetPermissions');
  }

  /** A profile without its secrets. */
  async settings(profile: string): Promise<BusSections> {
    return this.#first(BusSections, NAME, profile, `${NAME}.Settings.Connection`, 'GetSettings');
  }

  /** All devices and profiles are as now again after so many seconds, and what was made since is gone. */
  async createCheckpoint(seconds: number): Promise<string> {
    const args: BusValue[] = [
      { type: 'ao', data: [] },
      busNumber('u', seconds),
      busNumber('u', DELETE_NEW_PROFILES | DISCONNECT_NEW_DEVICES),
    ];
    return this.#first(Path, NAME, ROOT, NAME, 'CheckpointCreate', args);
  }

  /** From now. */
  async adjustCheckpoint(checkpoint: string, seconds: number): Promise<void> {
    await this.#call(NAME, ROOT, NAME, 'CheckpointAdjustRollbackTimeout', [{ type: 'o', data: checkpoint }, busNumber('u', seconds)]);
  }

  async destroyCheckpoint(checkpoint: string): Promise<void> {
    await this.#call(NAME, ROOT, NAME, 'CheckpointDestroy', [{ type: 'o', data: checkpoint }]);
  }

  /** Resolves to the devices that could not be set back, by NetworkManager's codes. */
  async rollBack(checkpoint: string): Promise<readonly string[]> {
    const results = await this.#first(z.record(z.string(), z.number()), NAME, ROOT, NAME, 'CheckpointRollback', [
      { type: 'o', data: checkpoint },
    ]);
    return Object.entries(results).flatMap(([device, code]) => (code === 0 ? [] : [`${device}: ${code}`]));
  }

  async addProfile(sections: BusSections): Promise<string> {
    return this.#first(Path, NAME, `${ROOT}/Settings`, `${NAME}.Settings`, 'AddConnection', [{ type: 'a{sa{sv}}', data: sections }]);
  }

  async deleteProfile(profile: string): Promise<void> {
    await this.#call(NAME, profile, `${NAME}.Settings.Connection`, 'Delete');
  }

  async activate(profile: string, device: string): Promise<void> {
    const args: BusValue[] = [profile, device, '/'].map((path) => ({ type: 'o', data: path }));
    await this.#call(NAME, ROOT, NAME, 'ActivateConnection', args);
  }

  /** The first value of the answer, which is the host's and may be anything. */
  async #first<T>(schema: z.ZodType<T>, ...[name, path, face, member, args = []]: Call): Promise<T> {
    const text = await this.#call(name, path, face, member, args);
    try {
      return schema.parse(Reply.parse(JSON.parse(text)).data[0]);
    } catch (error) {
      throw new BackendError('protocol', 'NetworkManager of the host gave an answer that makes no sense here.', {
        reason: member,
        cause: error,
      });
    }
  }

  async #call(...[name, path, face, member, args = []]: Call): Promise<string> {
    const types = args.map(({ type }) => type).join('');
    const words = args.length === 0 ? [] : [types, ...args.flatMap(busWords)];
    // "--": a negative number is no option.
    const { code, stdout, stderr } = await this.#run([
      'busctl',
      '--system',
      '--json=short',
      'call',
      '--',
      name,
      path,
      face,
      member,
      ...words,
    ]);
    if (code === 0) return stdout;
    throw refusal(code, stderr);
  }
}

// env(1) and shells: no such program.
const NOT_FOUND = 127;

function refusal(code: number | null, stderr: string): BackendError {
  const reason = stderr.trim().split('\n').at(-1)?.slice(0, 500) || `busctl ended with ${code ?? 'a signal'}.`;
  if (code === NOT_FOUND)
    return new BackendError('unsupported', 'The host has no busctl, by which its network would be changed.', { reason });
  if (/connect to (?:system )?bus|Failed to (?:connect|set bus address)|Transport endpoint/i.test(reason)) {
    return new BackendError('unsupported', 'The host has no system bus that answers.', { reason });
  }
  if (/not authorized|access denied|permission denied|interactive authentication/i.test(reason)) {
    return new BackendError('permission', 'The host does not let you change its network.', {
      reason,
      remedy: 'Connect as root, or have an administrator allow it (polkit: org.freedesktop.NetworkManager).',
    });
  }
  if (/checkpoint .* does not exist/i.test(reason)) return new BackendError('not-found', 'The host has gone back already.', { reason });
  return new BackendError('invalid-state', 'NetworkManager refuses.', { reason });
}
