import { BackendError } from '../../errors.ts';
import { graphicsOf } from '../guests/guest-devices.ts';
import type { TunnelTarget } from '../transport/route.ts';
import { attribute, children, type XmlElement } from '../xml/document.ts';

export const listenHere = 'Set the display to VNC with a listener at 127.0.0.1 in the guest’s definition, and start it anew.';

/** What a running guest's document says of one of its displays. Listeners are named as its host names them. */
export interface Display {
  readonly name: string;
  readonly kind: 'vnc' | 'spice';
  readonly element: XmlElement;
  /** Where a connection begins in the clear; VNC may go on to TLS there. */
  readonly plain: TunnelTarget | null;
  /** Where it begins with TLS, which only SPICE knows. */
  readonly tls: TunnelTarget | null;
  /** Whether SPICE wants this channel encrypted. */
  channelMode(channel: string): 'secure' | 'insecure' | 'any';
}

/** Throws BackendError with the remedy where nobody could connect. */
export function displayOf(domain: XmlElement, name: string): Display {
  const graphics = graphicsOf(domain).find((candidate) => candidate.name === name);
  if (graphics === undefined) throw new BackendError('not-found', 'The guest has no such display.');
  const { element } = graphics;
  const kind = graphics.type === 'vnc' ? 'vnc' : 'spice';
  const channelMode = (channel: string) => modeOf(element, channel);
  const listeners = children(element, 'listen');
  const path = attribute(element, 'socket') ?? firstAttribute(listeners, 'socket');
  if (path !== null) return { name, kind, element, plain: { kind: 'unix', path }, tls: null, channelMode };
  if (listeners.some((listener) => attribute(listener, 'type') === 'none')) {
    throw new BackendError('unsupported', 'This display has no listener.', {
      reason: 'Only a program to which the host hands the open connection itself can show it.',
      remedy: listenHere,
    });
  }
  // libvirt's own default is the loopback.
  const host = firstAttribute(listeners, 'address') ?? (attribute(element, 'listen') || '127.0.0.1');
  const at = (port: string): TunnelTarget | null => {
    const number = Number(attribute(element, port) ?? -1);
    return Number.isInteger(number) && number > 0 && number < 65_536 ? { kind: 'tcp', host, port: number } : null;
  };
  const plain = at('port');
  const tls = kind === 'spice' ? at('tlsPort') : null;
  if (plain === null && tls === null) {
    throw new BackendError('invalid-state', 'Only a running guest has a display.', { remedy: 'Start the guest.' });
  }
  return { name, kind, element, plain, tls, channelMode };
}

/** Of a document that was read with its secrets. Null: the display has no password of its own. */
export interface DisplayPassword {
  readonly text: string;
  /** The host's clock says when it ends; null: never. */
  readonly validTo: Date | null;
}

export function passwordOf(domain: XmlElement, name: string): DisplayPassword | null {
  const element = graphicsOf(domain).find((candidate) => candidate.name === name)?.element ?? null;
  const text = attribute(element, 'passwd');
  if (text === null || text === '') return null;
  // libvirt: virDomainGraphicsAuthDefFormatAttr writes universal time without saying so.
  const end = attribute(element, 'passwdValidTo');
  const validTo = end === null ? null : new Date(`${end}Z`);
  return { text, validTo: validTo === null || Number.isNaN(validTo.getTime()) ? null : validTo };
}

function modeOf(graphics: XmlElement, channel: string): 'secure' | 'insecure' | 'any' {
  const own = children(graphics, 'channel').find((each) => attribute(each, 'name') === channel) ?? null;
  const mode = attribute(own, 'mode') ?? attribute(graphics, 'defaultMode');
  return mode === 'secure' || mode === 'insecure' ? mode : 'any';
}

function firstAttribute(elements: readonly XmlElement[], name: string): string | null {
  return elements.map((element) => attribute(element, name)).find((value) => value !== null && value !== '') ?? null;
}
