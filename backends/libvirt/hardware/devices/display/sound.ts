import type { FieldRow } from '#model/hardware-field';
import { sameValue } from '#model/hardware-field';
import { attribute, children, element, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withChild, withList } from '../../../xml/edit.ts';
import { choice, choiceAt, choiceField, customField, listOf, switchAt } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { devicesOf, enumOf, type HardwareContext, isContainer, isQ35, isQemu, isX86, offered } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';
import { withoutForeignParts, type KnownParts } from '../known-parts.ts';

const models = [
  choice('ich9', 'Intel HD Audio (ICH9)', 'Every system of today knows it.'),
  choice('ich6', 'Intel HD Audio (ICH6)'),
  choice('virtio', 'Virtio', 'libvirt 10.4 and QEMU 8.2, and a driver in the guest.'),
  choice('usb', 'USB'),
  choice('ac97', 'AC97', 'For systems around the year 2000.'),
  choice('es1370', 'Ensoniq ES1370'),
  choice('sb16', 'Sound Blaster 16', 'For DOS.'),
  choice('pcspk', 'PC speaker', 'Beeps only.'),
];

function modelsOf(context: HardwareContext) {
  const told = enumOf(context, ['devices', 'sound'], 'model');
  if (told !== null) return offered(models, told);
  const absent = [...(context.libvirt < 10_004_000 ? ['virtio'] : []), ...(isX86(context) ? [] : ['sb16', 'pcspk', 'es1370'])];
  return models.filter(({ value }) => !absent.includes(String(value)));
}

const modelParts: KnownParts = { ich6: ['codec'], ich9: ['codec'], usb: ['@multichannel'], virtio: ['@streams', 'driver'], other: [] };

const model: BoundField = customField((context) => choiceField('model', { label: 'Model', choices: modelsOf(context) }, context), {
  read: (sound) => attribute(sound, 'model'),
  write: (sound, value) => {
    if (typeof value !== 'string' || value === attribute(sound, 'model')) return sound;
    const bare = withoutForeignParts(withAttributes(sound, { model: value }), modelParts, value in modelParts ? value : 'other');
    // They are on different buses; libvirt finds the place.
    return withChild(bare, 'address', () => null);
  },
});

const codecs: BoundField = listOf(
  'codecs',
  {
    label: 'Codecs',
    help: 'What is connected to the sound card.',
    when: [{ field: 'model', is: ['ich6', 'ich9'] }],
    advanced: true,
    columns: (context) => [
      choiceField(
        'type',
        {
          label: 'Codec',
          choices: [choice('duplex', 'Line in and out'), choice('micro', 'Microphone and speaker'), choice('output', 'Out only')],
        },
        context,
      ),
    ],
    add: { label: 'Add codec', row: { type: 'duplex' } },
    // QEMU's HDA bus has this many addresses (hw/audio/intel-hda.c).
    max: 15,
  },
  codecRows,
  (sound, rows) =>
    sameValue(codecRows(sound), [...rows])
      ? sound
      : withList(
          sound,
          ['codec'],
          rows.map(({ type }) => element('codec', { type: String(type) })),
        ),
);

function codecRows(sound: XmlElement): FieldRow[] {
  return children(sound, 'codec').map((codec) => ({ type: attribute(codec, 'type') }));
}

/** https://libvirt.org/formatdomain.html#sound-devices */
export const sound: DeviceKind = {
  sort: 'device',
  kind: 'sound',
  group: 'display',
  title: 'Sound',
  help: 'The sound card that the guest sees. Where its sound goes is said under “Sound output”.',
  fits: (context) => !isContainer(context),
  is: ({ name }) => name === 'sound',
  identity: () => null,
  name: (_sound, number) => (number === null ? 'Sound' : `Sound ${number}`),
  summary: ({ model: chosen }) => summaryWords(models.find(({ value }) => value === chosen)?.label ?? chosen),
  fields: [
    model,
    {
      ...switchAt('multichannel', '@multichannel', { label: 'Surround sound', when: [{ field: 'model', is: ['usb'] }], unset: 'No' }),
      // libvirt 9.4 was the first to know it.
      fits: ({ libvirt }) => libvirt >= 9_004_000,
    },
    codecs,
    choiceAt('output', 'audio/@id', {
      label: 'Its sound goes to',
      unset: 'The first output',
      advanced: true,
      choices: ({ domain }) =>
        devicesOf(domain).flatMap((one) => {
          const id = attribute(one, 'id');
          return one.name !== 'audio' || id === null ? [] : [choice(id, `Sound output ${id} (${attribute(one, 'type') ?? ''})`)];
        }),
    }),
  ],
  warnings: (from, to) =>
    from['model'] === undefined || from['model'] === to['model']
      ? []
      : ['The guest finds another sound card, and has to have a driver for it.'],
  addition: {
    blank: (context) =>
      element('sound', { model: isQemu(context) && (isQ35(context) || !isX86(context)) ? 'ich9' : isX86(context) ? 'ich6' : 'usb' }),
    unavailable: () => null,
    live: () => false,
  },
  removal: { live: () => false },
};
