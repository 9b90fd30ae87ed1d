import type { DeviceAction as Offered, DeviceGroup, HardwareOutcome, HardwarePlan } from '#model/hardware';
import type { Field, FieldProblem, FieldValue, FieldValues } from '#model/hardware-field';
import type { Operation } from '../../backend.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import type { XmlElement } from '../xml/document.ts';
import type { HardwareContext } from './hardware-context.ts';
import type { OpenGuest } from './open-guest.ts';

/**
 * One field of a device, bound to its place in the device's element (of a part of the machine: in the whole domain). `read` and `write` are
 * each other's inverse; `write` returns a new element that shares all that it did not touch, and leaves alone what it does not know.
 */
export interface BoundField {
  field(context: HardwareContext): Field;
  read(element: XmlElement, context: HardwareContext): FieldValue;
  write(element: XmlElement, value: FieldValue, context: HardwareContext): XmlElement;
  /** How a running guest is told; null: it is not. */
  readonly live: LiveWay | null;
  /**
   * Whether a running guest of this sort does not take it after all, or (not null) not this change: fewer processors than it started with.
   */
  waits?(context: HardwareContext, change: { readonly from: FieldValue; readonly to: FieldValue } | null): boolean;
  /** Where nothing is said, the host gives something at each start: that a running guest has it then is no difference. */
  readonly given?: boolean;
  /** Where guests of this sort have it; without it, wherever its kind fits. */
  fits?(context: HardwareContext): boolean;
  /** Where the value is: an XPath below the element, for virt-xml; null where it is no single place. */
  readonly at: string | null;
}

/**
 * 'update': the device as it runs, with all such fields changed, in one virDomainUpdateDeviceFlags. Else a call of its own, which is given
 * what it is to become. It rejects where the guest does not take it.
 */
export type LiveWay = 'update' | ((target: LiveTarget, value: FieldValue) => Promise<void>);

export interface LiveTarget {
  readonly host: LibvirtHost;
  readonly dom: Domain;
  /** The device (or domain) as it runs now. */
  readonly element: XmlElement;
  /** All that the form holds. */
  readonly values: FieldValues;
}

interface Common {
  /** Unique among kinds, and part of its devices' ids. */
  readonly kind: string;
  readonly group: DeviceGroup;
  /** What one of them is called: "Watchdog". */
  readonly title: string;
  readonly help: string | null;
  readonly fields: readonly BoundField[];
  /** Where hosts of this sort have it at all: by hypervisor, architecture, machine. */
  fits(context: HardwareContext): boolean;
  /** Tells one from others of its kind, in a line; from labels where values are too short. */
  summary(values: FieldValues, context: HardwareContext): string;
  /** What stands against these values beside the fields' own rules. */
  problems?(values: FieldValues, context: HardwareContext): FieldProblem[];
  /** What this change will have for a consequence, as sentences. */
  warnings?(from: FieldValues, to: FieldValues, context: HardwareContext): string[];
  /** What else can be done with it: its buttons, in this order. */
  readonly actions?: readonly DeviceAction[];
}

/** What an action is about. */
export interface ActionSubject {
  readonly guest: OpenGuest;
  /** The device in the definition; null where only the running guest has it. Of a part of the machine: the whole domain. */
  readonly next: XmlElement | null;
  /** As the guest runs with it; null where it does not. */
  readonly running: XmlElement | null;
}

/** What an action may do beside its own calls. */
export interface Acting extends ActionSubject {
  /** Removes the device as its page would. */
  remove(): Promise<HardwareOutcome>;
}

/** What the button and its form show now. */
export type ActionOffer = Pick<Offered, 'fields' | 'values' | 'unavailable'>;

/** What it would do; the same as a plan of other changes, but for the definition, of which it may say what it becomes. */
export type ActionPlan = Pick<HardwarePlan, 'differences' | 'warnings' | 'losses' | 'objections' | 'commands'> & {
  /** The definition after it; without one, it stays as it is. */
  readonly domain?: XmlElement;
  /** Paths in it of volumes that it makes. */
  readonly made?: ReadonlySet<string>;
};

/** Something that can be done with a device and that no field says. Its form's own rules are looked at by the engine. */
export interface DeviceAction extends Pick<Offered, 'key' | 'label' | 'help' | 'danger'> {
  /** Null: such a device has no such button. May ask the host; what it cannot tell is no reason to fail. */
  offer(subject: ActionSubject): Promise<ActionOffer | null> | ActionOffer | null;
  /** Finds what it would do, and changes nothing. `values` holds all that the form holds, in the form's bounds. */
  plan(subject: ActionSubject, values: FieldValues): Promise<ActionPlan> | ActionPlan;
  /** Only called where `plan` had no objections a moment ago. Undoes what it made when it fails or is cancelled. */
  run(acting: Acting, values: FieldValues, operation: Operation): Promise<HardwareOutcome>;
}

/** A part of every machine: memory, processors, how it boots. Its fields are bound to the whole domain. */
export interface MachinePart extends Common {
  readonly sort: 'part';
}

/** What a host says of a device that is to be. */
export interface Findings {
  readonly warnings: readonly string[];
  /** `field` '': against the whole. */
  readonly problems: readonly FieldProblem[];
}

/** A child of <devices>. */
export interface DeviceKind extends Common {
  readonly sort: 'device';
  /** Whether an element below <devices> is one. The first kind that says so has it. */
  is(element: XmlElement): boolean;
  /**
   * What stays the same while the device does, and is no other's of its kind: a disk's target, a card's MAC. Null: they are told apart by
   * their order.
   */
  identity(element: XmlElement): string | null;
  /** "Disk vda"; `number` counts those of its kind from 1, null where there is one only. */
  name(element: XmlElement, number: number | null): string;
  /** What a person should know of it, beside its fields: another guest has it too. */
  notes?(element: XmlElement, context: HardwareContext, guest: OpenGuest): Promise<string[]> | string[];
  /** What only the host can tell of the device as it is to be; asked when its addition, or a change of it, is planned and again when applied. */
  check?(element: XmlElement, values: FieldValues, guest: OpenGuest): Promise<Findings>;
  /**
   * What else the definition needs for the device as it is now: a controller. Given the domain with the device in it, after its addition and
   * after each change. Controllers that come by it are plugged into a running guest before the device is.
   */
  needs?(domain: XmlElement, device: XmlElement, context: HardwareContext): XmlElement;
  readonly addition: Addition | null;
  readonly removal: Removal | null;
}

export interface Addition {
  /** Fields that only a new one has: where to make its volume. Written by `prepare`, not into the element. */
  readonly extra?: readonly Field[] | ((context: HardwareContext) => readonly Field[]);
  /** The element that the fields are written into, with what a form does not ask for: a new MAC address, the next free target. */
  blank(context: HardwareContext): XmlElement;
  /** What the form begins with, where that is not what `blank` reads as. */
  initial?(context: HardwareContext): FieldValues;
  /** The element as `prepare` will make it, as far as that is known before: the path of a volume to be made. */
  foreseen?(element: XmlElement, values: FieldValues, context: HardwareContext): XmlElement;
  /** Why there cannot be one (more); null: there can. */
  unavailable(context: HardwareContext): string | null;
  /** A running guest can take it. */
  live(values: FieldValues, context: HardwareContext): boolean;
  /**
   * What else the definition needs for it: a controller, shared memory; it is given the domain with the device in it.
   */
  also?(domain: XmlElement, device: XmlElement, context: HardwareContext): XmlElement;
  /** Whether `prepare` makes anything with these values; without it, it may. */
  prepares?(values: FieldValues): boolean;
  /** Makes what the device needs on the host, before it: a volume. Undone by what it resolves to, when a later step fails. */
  prepare?(
    element: XmlElement,
    values: FieldValues,
    preparing: Preparing,
  ): Promise<{ readonly element: XmlElement; undo(): Promise<void> }>;
}

export interface Preparing {
  readonly host: LibvirtHost;
  readonly context: HardwareContext;
  readonly operation: Operation;
}

export interface Removal {
  /** A running guest can let it go. */
  live(element: XmlElement, context: HardwareContext): boolean;
  /** Why it has to stay; null: it can go. */
  fixed?(element: XmlElement, context: HardwareContext): string | null;
  /** What else goes with it: the other face of a serial console. It is given the domain without the device. */
  also?(domain: XmlElement, device: XmlElement, context: HardwareContext): XmlElement;
}
