import type { ExternalDisplay } from '#model/guest-console';
import { shellWord } from '../transport/ssh/shell-words.ts';
import { attribute, child, children, textAt, type XmlElement } from '../xml/document.ts';

export interface ExternalFacts {
  /** The host is this computer. */
  readonly local: boolean;
  /** As libvirt's own programs take it. */
  readonly address: string;
}

const asVnc = 'To see it here, give the guest a VNC display on its Hardware page.';

/**
 * The displays of a domain that cannot be shown here: formatdomain, "Graphical framebuffers". A SPICE display that draws with OpenGL hands its
 * pictures over as open files of the graphics card, which only a program on the host's own computer can be given and no web page can use.
 */
export function externalDisplaysOf(domain: XmlElement, facts: ExternalFacts): ExternalDisplay[] {
  const all = children(child(domain, 'devices'), 'graphics');
  return all.flatMap((graphics, index): ExternalDisplay[] => {
    const type = attribute(graphics, 'type') ?? '';
    const about = aboutOf(graphics, type, textAt(domain, 'name') ?? '', facts);
    return about === null ? [] : [{ kind: 'external', name: `${type}${index}-external`, ...about }];
  });
}

type About = Omit<ExternalDisplay, 'kind' | 'name'>;

function aboutOf(graphics: XmlElement, type: string, guest: string, facts: ExternalFacts): About | null {
  switch (type) {
    case 'rdp':
      return rdp(graphics, facts);
    case 'sdl':
    case 'desktop':
      return {
        title: 'Window on the host',
        why: 'It is a window of its own on the desktop of the host’s computer.',
        remedy: asVnc,
        command: null,
        opens: null,
      };
    case 'dbus':
      return {
        title: 'D-Bus display',
        why: 'It is offered over D-Bus to programs on the host’s computer.',
        remedy: asVnc,
        command: null,
        opens: null,
      };
    case 'spice':
      return isLocalGl(graphics) ? spiceGl(guest, facts) : null;
    default:
      return null;
  }
}

/** libvirt takes any text for an address, and other programs read more in it than a host: options, after a question mark. */
const hostForm = /^(?:[\w.-]{1,253}|\[[\da-f:.]{2,45}(?:%[\w.-]{1,32})?\])$/i;

function rdp(graphics: XmlElement, { local }: ExternalFacts): About {
  const port = Number(attribute(graphics, 'port') ?? -1);
  const listen = attribute(child(graphics, 'listen'), 'address') ?? attribute(graphics, 'listen') ?? '127.0.0.1';
  const host = wildcard(listen);
  const at = Number.isInteger(port) && port > 0 && port < 65_536 && hostForm.test(host) ? `${host}:${port}` : null;
  return {
    title: 'Remote desktop (RDP)',
    why: 'It speaks the Remote Desktop Protocol, which Guesthouse does not.',
    remedy: local
      ? 'Open it in a remote-desktop program.'
      : `Open it in a remote-desktop program on the host, or one that reaches the host. ${asVnc}`,
    command: at === null ? null : `xfreerdp /v:${shellWord(at)}`,
    opens: local && at !== null ? { kind: 'rdp', at } : null,
  };
}

function spiceGl(guest: string, { address, local }: ExternalFacts): About {
  if (local && isRelayed(address)) return relayedGl;
  return {
    title: 'SPICE display with OpenGL',
    why: 'It draws on the host’s graphics card and hands its pictures only to a program on the same computer.',
    remedy: `${local ? 'Open it with virt-viewer. ' : ''}To see it here, draw with a display of type “EGL (headless)” and show it by VNC: both are on the Hardware page.`,
    command: local ? `virt-viewer --attach -c ${shellWord(address)} ${shellWord(guest)}` : null,
    opens: local ? { kind: 'attach', address, guest } : null,
  };
}

/** Whether the set-up's relay for a window without an account leads there (build/setup/libvirt-relay.mjs): it carries bytes, and no open files. */
const isRelayed = (address: string): boolean => /[?&;]socket=[^&;]*\/relayed-libvirt-sock(?:[&;]|$)/.test(address);

const relayedGl: About = {
  title: 'SPICE display with OpenGL',
  why: 'It draws on the host’s graphics card and hands its pictures only to a program on the same computer. Guesthouse was started by root here and runs without an account, so that no program beside it can be handed them either.',
  remedy:
    'To see it here, draw with a display of type “EGL (headless)” and show it by VNC: both are on the Hardware page. Or start Guesthouse as a person who may use libvirt, and open it from there.',
  command: null,
  opens: null,
};

/** Only a listener on the same computer can hand open files over; with a port, newer QEMUs send encoded pictures instead. */
export function isLocalGl(graphics: XmlElement): boolean {
  if (attribute(child(graphics, 'gl'), 'enable') !== 'yes') return false;
  const listener = attribute(child(graphics, 'listen'), 'type');
  return listener === 'none' || listener === 'socket';
}

/** Whoever listens everywhere is reached here. */
const wildcard = (address: string): string =>
  address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address.includes(':') ? `[${address}]` : address;
