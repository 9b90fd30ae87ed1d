import type { DeviceAction, DeviceGroup, HardwareOutcome, HardwarePlan } from '#model/hardware';
import type { Choice, Field, FieldValues } from '#model/hardware-field';
import type { Note, Operation } from '../backend.ts';
import type { SeenDevices } from './fake-host-devices.ts';
import type { FakeDevice } from './fake-machine.ts';

/** A sort of device of the fake host, or a part of each of its machines. */
export interface FakeKind {
  readonly kind: string;
  readonly group: DeviceGroup;
  readonly title: string;
  readonly help: string | null;
  readonly fields: readonly Field[];
  readonly blank: FieldValues;
  readonly removable: boolean;
  readonly addable: boolean;
  /** There cannot be two. */
  readonly single: boolean;
  /** A running guest takes and lets go of one. */
  readonly live: boolean;
  /** The fields whose values tell it from others. */
  readonly summary: readonly string[];
  /** Of devices of the host: what depends on those. */
  readonly host?: FromHost;
}

/** What a sort of device says by the host's devices, which others have too. */
export interface FromHost {
  /** Only a new one is asked for these. */
  readonly extra: readonly Field[];
  /** Null: such a field has its own. */
  choices(key: string, seen: SeenDevices): Choice[] | null;
  /** What the form of a new one begins with, beside `blank`. */
  initial(seen: SeenDevices): FieldValues;
  /** Why there cannot be one (more). */
  unavailable(seen: SeenDevices): string | null;
  /** What one of these values comes to. */
  warnings(values: FieldValues, seen: SeenDevices): string[];
  notes(values: FieldValues, seen: SeenDevices): string[];
  /** Makes what is to be made on the host; resolves to the values that the guest has then. */
  prepare?(values: FieldValues, seen: SeenDevices, operation: Operation): Promise<FieldValues>;
  readonly actions: readonly HostAction[];
}

/** What can be done with a device of the host that a guest has. */
export interface HostAction extends Pick<DeviceAction, 'key' | 'label' | 'help' | 'danger'> {
  /** Null: such a device has no such button. */
  offer(subject: HostSubject): Pick<DeviceAction, 'unavailable'> | null;
  /** `gives`: the same sort of device with these values, from the next start on. */
  plan(subject: HostSubject): Partial<HardwarePlan> & { readonly gives?: readonly FieldValues[] };
  run(subject: HostSubject, operation: Operation): Promise<ActionEnd>;
}

export interface HostSubject {
  readonly device: FakeDevice;
  readonly seen: SeenDevices;
  /** The guest runs. */
  readonly alive: boolean;
}

/** `removes`: the device goes as its page would remove it, and then that is done. */
export interface ActionEnd extends HardwareOutcome {
  readonly removes?: { readonly note: Note; afterwards(): void };
}
