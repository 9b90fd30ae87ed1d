import type { Choice } from '#model/hardware-field';
import { choice } from '../../bound-fields.ts';
import { enumOf, type HardwareContext, isQemu, isXen, offered } from '../../hardware-context.ts';
import type { KnownParts } from '../known-parts.ts';

const types: readonly Choice[] = [
  choice('vnc', 'VNC', 'Works everywhere. Every viewer knows it.'),
  choice('spice', 'SPICE', 'With sound, several screens, USB devices and the clipboard. Some builds of QEMU no longer have it.'),
  choice(
    'egl-headless',
    'Off-screen (egl-headless)',
    'Lets the host’s graphics card draw, and shows it over the guest’s VNC or SPICE display beside it.',
  ),
  choice('dbus', 'D-Bus', 'For programs of the host itself.'),
  choice('rdp', 'RDP', 'Another program shows it: Guesthouse opens none.'),
  choice('sdl', 'Window on the host (SDL)', 'Opens on the host’s own screen.'),
  choice('desktop', 'Window on the host'),
];

export const displayWord = (type: unknown): string => types.find(({ value }) => value === type)?.label ?? String(type);

export function displayTypes(context: HardwareContext): readonly Choice[] {
  const told = enumOf(context, ['devices', 'graphics'], 'type');
  if (told !== null) return offered(types, told);
  const usual = isQemu(context)
    ? ['vnc', 'spice', 'egl-headless', 'sdl']
    : isXen(context)
      ? ['vnc', 'spice', 'sdl']
      : ['vnc', 'rdp', 'desktop'];
  return types.filter(({ value }) => usual.includes(String(value)));
}

const words = (text: string): readonly string[] => text.split(' ');

/** What a <graphics> of each type can say (libvirt's schema, "graphics"); the rest goes when the type is changed. */
export const displayParts: KnownParts = {
  vnc: words(
    '@port @autoport @websocket @listen @sharePolicy @powerControl @socket @passwd @keymap @passwdValidTo @connected listen audio',
  ),
  spice: words(
    '@port @tlsPort @autoport @listen @passwd @keymap @passwdValidTo @connected @defaultMode listen channel image jpeg zlib playback streaming clipboard mouse filetransfer gl',
  ),
  rdp: ['@port', '@autoport', '@listen', '@replaceUser', '@multiUser', '@username', '@passwd', 'listen'],
  sdl: ['@display', '@xauth', '@fullscreen', 'gl'],
  desktop: ['@display', '@fullscreen'],
  dbus: ['@address', '@p2p', 'gl', 'audio', 'channel', 'clipboard'],
  'egl-headless': ['gl'],
};
