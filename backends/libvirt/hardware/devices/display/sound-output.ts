import { attribute, element } from '../../../xml/document.ts';
import { withAttributes } from '../../../xml/edit.ts';
import { choice, choiceField, customField, textAt } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { devicesOf, enumOf, type HardwareContext, isQemu, offered } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';
import { hasSpice } from '../character/source-types.ts';
import { forTypes } from '../for-types.ts';
import { soundTimingFields } from './sound-timing-fields.ts';
import { withoutForeignParts, type KnownParts } from '../known-parts.ts';

const types = [
  choice('spice', 'SPICE viewer', 'Whoever looks at the guest hears it.'),
  choice('none', 'Nowhere'),
  choice('pulseaudio', 'PulseAudio on the host'),
  choice('pipewire', 'PipeWire on the host'),
  choice('alsa', 'ALSA on the host'),
  choice('jack', 'JACK on the host'),
  choice('oss', 'OSS on the host'),
  choice('sdl', 'SDL window on the host'),
  choice('dbus', 'D-Bus display'),
  choice('file', 'WAV file', 'All that the guest plays is written down.'),
];

function typesOf(context: HardwareContext) {
  const unavailable = hasSpice(context) ? null : 'The guest has no SPICE display.';
  return knownTypes(context).map((one) => (one.value === 'spice' ? { ...one, unavailable } : one));
}

function knownTypes(context: HardwareContext) {
  const told = enumOf(context, ['devices', 'audio'], 'type');
  // libvirt 9.10 was the first to know PipeWire.
  return told === null ? types.filter(({ value }) => value !== 'pipewire' || context.libvirt >= 9_010_000) : offered(types, told);
}

/** src/conf/domain_conf.c, virDomainAudioDefParse: input and output are set as each type knows. */
const typeParts: KnownParts = {
  pulseaudio: ['@serverName'],
  pipewire: ['@runtimeDir'],
  file: ['@path'],
  sdl: ['@driver'],
  oss: ['@tryMMap', '@exclusive', '@dspPolicy'],
  'of each its own': ['input', 'output'],
};

const type: BoundField = customField((context) => choiceField('type', { label: 'Goes to', choices: typesOf(context) }, context), {
  read: (output) => attribute(output, 'type'),
  write: (output, value) =>
    typeof value !== 'string' || value === attribute(output, 'type')
      ? output
      : withoutForeignParts(withAttributes(output, { type: value }), typeParts, value),
});

const device = (key: string, at: string, label: string): BoundField =>
  forTypes(['alsa', 'oss'], textAt(key, at, { label, unset: 'The usual one', maxLength: 255, advanced: true }));

/** https://libvirt.org/formatdomain.html#audio-backends */
export const soundOutput: DeviceKind = {
  sort: 'device',
  kind: 'sound-output',
  group: 'display',
  title: 'Sound output',
  help: 'Where the sound of the guest’s sound cards comes out. libvirt adds one that fits the display.',
  fits: isQemu,
  is: ({ name }) => name === 'audio',
  identity: (output) => attribute(output, 'id'),
  name: (output, number) => (number === null ? 'Sound output' : `Sound output ${attribute(output, 'id') ?? number}`),
  summary: ({ type: chosen }) => summaryWords(types.find(({ value }) => value === chosen)?.label ?? chosen),
  fields: [
    type,
    forTypes(['pulseaudio'], textAt('server', '@serverName', { label: 'Server', unset: 'The usual one', maxLength: 255 })),
    forTypes(
      ['pipewire'],
      textAt('runtime', '@runtimeDir', {
        label: 'Runtime folder',
        help: 'Where PipeWire’s socket is.',
        unset: 'The usual one',
        maxLength: 255,
      }),
    ),
    forTypes(['file'], textAt('path', '@path', { label: 'File', unset: 'qemu.wav', maxLength: 4096 })),
    device('out', 'output/@dev', 'Device to play on'),
    device('in', 'input/@dev', 'Device to record from'),
    ...soundTimingFields,
  ],
  addition: {
    blank: (context) => {
      const ids = devicesOf(context.domain).flatMap((one) => (one.name === 'audio' ? [Number(attribute(one, 'id') ?? 0)] : []));
      return element('audio', { id: Math.max(0, ...ids) + 1, type: 'none' });
    },
    unavailable: () => null,
    live: () => false,
  },
  removal: {
    live: () => false,
    fixed: (output, { domain }) => {
      const id = attribute(output, 'id');
      const uses = devicesOf(domain).some((one) =>
        one.children.some((node) => node.kind === 'element' && node.name === 'audio' && attribute(node, 'id') === id),
      );
      return uses ? 'A sound card or display sends its sound there.' : null;
    },
  },
};
