import type { HardwareOutcome } from '#model/hardware';
import type { Operation } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import { readWhole, redefine, type Redefined } from '../definitions/redefine.ts';
import { failedWith } from '../failed-with.ts';
import { DomainXml } from '../host/libvirt-host.ts';
import { Affect } from '../guests/both-definitions.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, parseXml, parseXmlInTurns, serialize, type XmlElement } from '../xml/document.ts';
import { checkedPlan } from './checked-plan.ts';
import { withNewDevice } from './change-definition.ts';
import type { ChangedDefinition, StepBack } from './changed-definition.ts';
import type { LiveTarget } from './device-kind.ts';
import { foundDevices } from './found-device.ts';
import { devicesOf } from './hardware-context.ts';
import { namesAny, sourcesOf } from './named-sources.ts';
import type { OpenGuest } from './open-guest.ts';
import { takesLive } from './page-fields.ts';
import type { PlannedChange, WishedChange } from './plan-change.ts';
import { plugIn } from './plug-in.ts';
import { unplug } from './unplug.ts';

const now: HardwareOutcome = { effect: 'now', why: null };
/** What a person must hear of the definition though it was sent. */
const doubts: Readonly<Record<Redefined['outcome'], string | null>> = {
  defined: null,
  ignored: 'The host took the definition, and nothing of the change is in what it made of it.',
  overtook: 'Somebody else changed the definition at the same moment, and this took the place of theirs.',
};
const later = (why: string): HardwareOutcome => ({ effect: 'next-start', why });

/** See `Hardware.apply`. The definition comes first: what a running guest has and its definition has not would be lost at its next start. */
export async function applyChange(guest: OpenGuest, wish: WishedChange, operation: Operation): Promise<HardwareOutcome> {
  const planned = await checkedPlan(guest, wish);
  const [problem] = planned.change.problems;
  if (problem !== undefined) throw new BackendError('bad-input', problem.message, { remedy: 'Nothing was changed.' });
  const prepared = await prepare(guest, planned, operation);
  let defined = false;
  let doubt: string | null = null;
  try {
    if (guest.persistent) {
      operation.report('Changing the definition', null);
      const { outcome } = await redefine(guest.host, guest.dom, guest.text, prepared.text, { signal: operation.signal });
      defined = true;
      doubt = doubts[outcome];
    }
    if (guest.persistent && guest.running !== null && wish.when === 'next-start')
      return later(doubt ?? 'It was asked to wait for the next start.');
    const running = await runningNow(guest);
    if (typeof running === 'string') return later([running, doubt].filter((words) => words !== null).join(' '));
    if (running === null) return { effect: 'now', why: doubt };
    const { effect, why } = await applyLive({ ...guest, running }, asItRuns(guest, prepared.change, running), operation);
    return { effect, why: [why, doubt].filter((words) => words !== null).join(' ') || null };
  } catch (error) {
    // What may be in the definition, or in the running guest, after all is not taken from under it.
    if (!defined && !failedWith(error, 'outcome-unknown', 'connection-lost') && !(await isNamed(guest, prepared.change))) {
      await prepared.undo();
    }
    throw error;
  }
}

/** What it runs with at this moment, since all that came before may have taken minutes; null: it is off, as it was. Else what has become of it. */
async function runningNow({ host, dom, persistent }: OpenGuest): Promise<XmlElement | string | null> {
  const { id } = await host.domainOf(dom.uuid);
  if (id === dom.id) return id < 0 ? null : parseXmlInTurns(await host.domainXml(dom, DomainXml.live | DomainXml.secure));
  if (!persistent) throw new BackendError('not-found', 'The guest is gone: it existed only while it ran.');
  if (dom.id < 0) return 'It was started in the meantime, with what it had before.';
  return id < 0
    ? 'It was shut down in the meantime: the change counts from its next start on.'
    : 'It was started anew in the meantime, and may have the change already.';
}

/** The change, of the device as it runs now. */
function asItRuns(guest: OpenGuest, change: ChangedDefinition, running: XmlElement): ChangedDefinition {
  if (change.sort === 'undo') return { ...change, steps: change.steps.map((step) => stepAsItRuns(guest, step, running)) };
  return stepAsItRuns(guest, change, running);
}

function stepAsItRuns(guest: OpenGuest, change: StepBack, running: XmlElement): StepBack {
  if (change.sort === 'add' || change.device === null) return change;
  const { id } = change.device;
  const found = foundDevices(guest.source.root, running, guest.persistent).find((device) => device.id === id);
  return { ...change, device: { ...change.device, running: found?.running ?? null } };
}

/**
 * Whether the definition names what was made for the device all the same: somebody may have changed it again right after ours was taken. One
 * that cannot be read may do so.
 */
async function isNamed({ host, dom, persistent }: OpenGuest, change: ChangedDefinition): Promise<boolean> {
  if (change.sort !== 'add' || !persistent) return false;
  return readWhole(host, dom).then(
    (text) => namesAny(parseXml(text), sourcesOf(change.element)),
    () => true,
  );
}

type Prepared = Pick<PlannedChange, 'change' | 'text'> & { undo(): Promise<void> };

/** Makes what a new device needs on the host. */
async function prepare(guest: OpenGuest, { change, text }: PlannedChange, operation: Operation): Promise<Prepared> {
  const unchanged = { change, text, undo: async () => {} };
  if (change.sort !== 'add' || change.kind.addition?.prepare === undefined) return unchanged;
  const { host, context, source } = guest;
  const { element, undo } = await change.kind.addition.prepare(change.element, change.values, { host, context, operation });
  const domain = withNewDevice(guest, change.kind, element);
  return { change: { ...change, element, domain }, text: source.write(domain), undo };
}

async function applyLive(guest: OpenGuest, change: ChangedDefinition, operation: Operation): Promise<HardwareOutcome> {
  if (change.sort !== 'undo') return stepLive(guest, change, operation);
  const outcomes: HardwareOutcome[] = [];
  for (const step of change.steps) outcomes.push(await stepLive(guest, step, operation));
  const waiting = outcomes.filter(({ effect }) => effect === 'next-start');
  return waiting.length === 0 ? now : later([...new Set(waiting.map(({ why }) => why))].join(' '));
}

async function stepLive(guest: OpenGuest, change: StepBack, operation: Operation): Promise<HardwareOutcome> {
  try {
    switch (change.sort) {
      case 'set':
        return await setLive(guest, change, operation);
      case 'add': {
        if (change.kind.addition?.live(change.values, guest.context) !== true) return later('A running guest does not take such a device.');
        operation.report('Plugging it into the running guest', null);
        await plugIn(guest, newControllers(guest, change.domain), serialize(change.element));
        return now;
      }
      case 'remove':
        return await removeLive(guest, change, operation);
      case 'rewrite':
        break;
    }
    return later('A definition that was changed by hand counts from the next start on.');
  } catch (error) {
    if (!guest.persistent || failedWith(error, 'connection-lost', 'outcome-unknown', 'cancelled')) throw error;
    return later(refusal(error));
  }
}

async function setLive(
  { host, dom, running, context }: OpenGuest,
  { changed, device, from, to }: Extract<ChangedDefinition, { sort: 'set' }>,
  operation: Operation,
): Promise<HardwareOutcome> {
  const element = device === null ? running : device.running;
  if (element === null) return later('The running guest does not have this device.');
  const live = changed.filter((one) => takesLive(one, from, to, context));
  operation.report('Telling the running guest', null);
  const updated = live.reduce(
    (made, { bound, field }) => (bound.live === 'update' ? bound.write(made, to[field.key] ?? null, context) : made),
    element,
  );
  if (updated !== element) await host.job(remote.domainUpdateDeviceFlags, { dom, xml: serialize(updated), flags: Affect.live });
  // What is told by calls of their own comes after, and must not take the above back again.
  const target: LiveTarget = { host, dom, element: updated, values: to };
  for (const { bound, field } of live) if (typeof bound.live === 'function') await bound.live(target, to[field.key] ?? null);
  const rest = changed.filter((one) => !live.includes(one)).map(({ field }) => field.label);
  return rest.length === 0 ? now : later(`A running guest does not take this: ${rest.join(', ')}.`);
}

async function removeLive(
  guest: OpenGuest,
  { device }: Extract<ChangedDefinition, { sort: 'remove' }>,
  operation: Operation,
): Promise<HardwareOutcome> {
  const { running, kind } = device;
  if (running === null) return now;
  if (kind === null || kind.removal?.live(running, guest.context) !== true)
    return later('A running guest does not let go of such a device.');
  const gone = await unplug(guest, device.id, running, operation);
  return gone ? now : later('The running guest has not let go of it. Shut it down, or try again once nothing in it uses the device.');
}

function refusal(error: unknown): string {
  const words = error instanceof BackendError ? error.message : '';
  return `The running guest did not take it${words === '' ? '.' : `: ${words}`}`;
}

/** Those that the definition has got along with a device, and that the running guest does not have yet. */
function newControllers({ context, running }: OpenGuest, domain: XmlElement): string[] {
  const before = new Set(devicesOf(context.domain));
  const named = (one: XmlElement) => `${attribute(one, 'type')}:${attribute(one, 'index')}`;
  const there = new Set((running === null ? [] : devicesOf(running)).filter(({ name }) => name === 'controller').map(named));
  const fresh = devicesOf(domain).filter((one) => one.name === 'controller' && !before.has(one) && !there.has(named(one)));
  return fresh.map((one) => serialize(one));
}
