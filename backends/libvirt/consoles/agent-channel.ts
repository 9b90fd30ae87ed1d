import type { AgentChannel, TakesEffect } from '#model/clipboard';
import type { GuestId } from '#model/guest';
import type { AgentChannels } from '../../backend.ts';
import { BackendError } from '../../errors.ts';
import { addDevice, bothDefinitions, type BothDefinitions } from '../guests/both-definitions.ts';
import { graphicsOf } from '../guests/guest-devices.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { attribute, child, children, element, path, type XmlElement } from '../xml/document.ts';

/** The name that spice-vdagent looks for in the guest, whichever console it serves (spice-protocol, vd_agent.h). */
const PORT = 'com.redhat.spice.0';
/** The first QEMU that carries a VNC console's clipboard to an agent (qemu-vdagent), and the first libvirt that knows of it. */
const VDAGENT = { hypervisor: [6, 1], daemon: [8, 4] } as const;

type Console = 'vnc' | 'spice';

/** The channel by which spice-vdagent in the guest shares its clipboard: with SPICE by spicevmc, with VNC by QEMU's own qemu-vdagent. */
export function createAgentChannels(host: LibvirtHost): AgentChannels {
  const look = async (id: GuestId, name: string) => {
    const dom = await host.domainOf(id);
    const definitions = await bothDefinitions(host, dom);
    const kind = consoleKind(definitions, name);
    return { dom, definitions, kind, state: agentChannel(definitions, kind, host.facts) };
  };
  return {
    state: async (id, name) => (await look(id, name)).state,
    add: async (id, name): Promise<TakesEffect> => {
      const { dom, definitions, kind, state } = await look(id, name);
      if (state.kind === 'impossible') throw new BackendError('unsupported', `${state.why}.`);
      if (state.kind !== 'missing') return state.kind === 'present' ? 'now' : 'next-start';
      return addDevice(host, dom, channelFor(kind), { live: state.addable === 'now', config: definitions.next !== null });
    },
  };
}

function consoleKind({ running, next }: BothDefinitions, name: string): Console {
  const graphics = [running, next].flatMap((domain) => (domain === null ? [] : graphicsOf(domain)));
  const type = graphics.find((candidate) => candidate.name === name)?.type;
  if (type === 'vnc' || type === 'spice') return type;
  throw new BackendError('not-found', 'The guest has no such display.');
}

export function agentChannel(
  { running, next }: BothDefinitions,
  kind: Console,
  versions: { readonly hypervisorVersion: string | null; readonly daemonVersion: string | null },
): AgentChannel {
  const [now, later] = [running, next].map((domain) => (domain === null ? null : carries(domain, kind)));
  if (now !== null && typeof now === 'object') return now;
  if (now === true || (running === null && later === true)) return { kind: 'present' };
  if (later === true) return { kind: 'next-start' };
  if (later !== null && typeof later === 'object') return later;
  if (kind === 'vnc' && !(isAtLeast(versions.hypervisorVersion, VDAGENT.hypervisor) && isAtLeast(versions.daemonVersion, VDAGENT.daemon))) {
    return impossible('A VNC console shares its clipboard from QEMU 6.1 and libvirt 8.4 on, and this host has older ones');
  }
  const plugged = running !== null && hasPorts(running);
  if (!plugged && next === null) return impossible('The guest exists only while it runs, and has no place for the channel');
  return { kind: 'missing', addable: plugged ? 'now' : 'next-start' };
}

/** Whether the definition has the channel for this kind of console; or why it has not, and cannot have it beside what is there. */
function carries(domain: XmlElement, kind: Console): boolean | AgentChannel {
  const devices = child(domain, 'devices');
  const channel = children(devices, 'channel').find((candidate) => attribute(child(candidate, 'target'), 'name') === PORT);
  const type = attribute(channel ?? null, 'type');
  if (channel === undefined) return false;
  if (kind === 'spice') {
    if (type !== 'spicevmc') return impossible('The agent’s channel belongs to the guest’s VNC console');
    const forbidden = children(devices, 'graphics').some(
      (graphics) => attribute(graphics, 'type') === 'spice' && attribute(child(graphics, 'clipboard'), 'copypaste') === 'no',
    );
    return forbidden ? impossible('The guest’s definition forbids it: copypaste="no" of its SPICE display') : true;
  }
  if (type !== 'qemu-vdagent') return impossible('The agent’s channel belongs to the guest’s SPICE console');
  return attribute(path(channel, 'source', 'clipboard'), 'copypaste') === 'yes'
    ? true
    : impossible('The guest’s definition forbids it: the agent’s channel has no copypaste="yes"');
}

const impossible = (why: string): AgentChannel => ({ kind: 'impossible', why });

/** A port is hot-plugged into a controller that is there; libvirt adds none to a running guest for it. */
const hasPorts = (domain: XmlElement): boolean =>
  children(child(domain, 'devices'), 'controller').some((controller) => attribute(controller, 'type') === 'virtio-serial');

function channelFor(kind: Console): XmlElement {
  const target = element('target', { type: 'virtio', name: PORT });
  if (kind === 'spice') return element('channel', { type: 'spicevmc' }, target);
  return element('channel', { type: 'qemu-vdagent' }, element('source', {}, element('clipboard', { copypaste: 'yes' })), target);
}

function isAtLeast(version: string | null, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = (version ?? '').split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}
