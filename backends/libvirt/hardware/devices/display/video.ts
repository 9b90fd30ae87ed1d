import type { FieldProblem, FieldValues } from '#model/hardware-field';
import { GiB, MiB } from '#model/quantity';
import { attribute, child, element, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withChild } from '../../../xml/edit.ts';
import { choice, choiceAt, choiceField, customField, numberAt, numberIn, plain, readAt, switchAt, writeAt } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { devicesOf, enumOf, type HardwareContext, isContainer, isQemu, isX86, isXen, offered } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';
import { withoutForeignParts, type KnownParts } from '../known-parts.ts';

const modelOf = (video: XmlElement): string | null => attribute(child(video, 'model'), 'type');

/** What only some models know (src/conf/domain_validate.c, virDomainVideoDefValidate); sizes are each model's own. */
const modelParts: KnownParts = {
  qxl: ['@ram', '@vram', '@vgamem', '@vram64'],
  virtio: ['acceleration', '@blob'],
  other: [],
};

const model: BoundField = customField((context) => choiceField('model', { label: 'Model', choices: modelsOf(context) }, context), {
  read: modelOf,
  write: (video, value) => (typeof value === 'string' ? withVideoModel(video, value) : video),
});
const offBus = ['none', 'ramfb'];

/** As another model; what only the old one has goes. */
export function withVideoModel(video: XmlElement, value: string): XmlElement {
  if (value === modelOf(video)) return video;
  const remodelled = withChild(video, 'model', (old) =>
    withoutForeignParts(
      withAttributes(old ?? element('model'), { type: value, vram: null }),
      modelParts,
      value in modelParts ? value : 'other',
    ),
  );
  // Where it is plugged in is another place for these; libvirt finds it.
  return offBus.includes(value) || offBus.includes(modelOf(video) ?? '') ? withChild(remodelled, 'address', () => null) : remodelled;
}

const known = [
  choice('virtio', 'Virtio', 'The fastest, with any size of picture and 3D. Windows needs a driver; until then the picture is plain.'),
  choice('vga', 'VGA', 'Every system knows it.'),
  choice('bochs', 'Bochs', 'VGA without what is older than UEFI.'),
  choice('qxl', 'QXL', 'Made for SPICE, with several screens. No longer developed.'),
  choice(
    'ramfb',
    'Frame buffer in memory (ramfb)',
    'A plain picture until a driver takes over: beside a graphics card that is passed through.',
  ),
  choice('cirrus', 'Cirrus', 'For systems of the nineties.'),
  choice('vmvga', 'VMware'),
  choice('xen', 'Xen'),
  choice('none', 'None', 'No video device at all. Without this, libvirt adds one to a guest that has a display.'),
];

function modelsOf(context: HardwareContext) {
  const told = enumOf(context, ['devices', 'video'], 'modelType');
  if (told !== null) return offered(known, told);
  const usual = isXen(context)
    ? ['xen', 'vga', 'cirrus', 'qxl', 'none']
    : isQemu(context)
      ? ['virtio', 'vga', 'bochs', 'qxl', 'ramfb', 'cirrus', 'vmvga', 'none']
      : ['vga', 'vmvga', 'none'];
  return known.filter(({ value }) => usual.includes(String(value)));
}

/** A size in KiB, as libvirt has it of video memory. */
function memoryAt(key: string, name: string, label: string, is: readonly string[], help: string): BoundField {
  const at = `model/@${name}`;
  return customField(
    (context) => ({
      ...plain(
        key,
        { label, help, section: 'Video memory', when: [{ field: 'model', is: [...is] }], unset: 'As the model has it', advanced: true },
        context,
      ),
      kind: 'size',
      min: MiB,
      max: 4 * GiB - 1024,
    }),
    {
      read: (video) => {
        const kibibytes = numberIn(readAt(video, at));
        return kibibytes === null ? null : kibibytes * 1024;
      },
      write: (video, value) => writeAt(video, at, typeof value === 'number' ? String(Math.ceil(value / 1024)) : null),
    },
  );
}

/** https://libvirt.org/formatdomain.html#video-devices */
export const video: DeviceKind = {
  sort: 'device',
  kind: 'video',
  group: 'display',
  title: 'Video',
  help: 'The graphics card that the guest sees.',
  fits: (context) => !isContainer(context),
  is: ({ name }) => name === 'video',
  identity: () => null,
  name: (_video, number) => (number === null ? 'Video' : `Video ${number}`),
  summary: ({ model: chosen, accel3d }) =>
    summaryWords(known.find(({ value }) => value === chosen)?.label ?? chosen, accel3d === true ? '3D' : null),
  notes: (one) => (isFirst(one) ? ['The guest’s firmware shows itself on this one.'] : []),
  fields: [
    model,
    numberAt('heads', 'model/@heads', {
      label: 'Screens',
      help: 'How many screens can be connected to it.',
      when: [{ field: 'model', is: ['qxl', 'virtio'] }],
      unset: 'One',
      min: 1,
      max: 16,
    }),
    switchAt('accel3d', 'model/acceleration/@accel3d', {
      label: '3D acceleration',
      help: 'The host’s graphics card draws for the guest. It needs a display with OpenGL: an off-screen one beside VNC serves everywhere.',
      when: [{ field: 'model', is: ['virtio'] }],
    }),
    {
      ...switchAt('blob', 'model/@blob', {
        label: 'Share memory with the guest',
        help: 'Faster, with shared memory in the guest. QEMU 6.1, libvirt 9.2.',
        when: [{ field: 'model', is: ['virtio'] }],
        words: ['on', 'off'],
        unset: 'No',
        advanced: true,
      }),
      fits: ({ libvirt }) => libvirt >= 9_002_000,
    },
    numberAt('width', 'model/resolution/@x', {
      label: 'Width at first',
      section: 'Size of the picture',
      unset: 'As the firmware likes',
      advanced: true,
      min: 1,
      max: 16_384,
      unit: 'pixels',
    }),
    numberAt('height', 'model/resolution/@y', {
      label: 'Height at first',
      section: 'Size of the picture',
      unset: 'As the firmware likes',
      advanced: true,
      min: 1,
      max: 16_384,
      unit: 'pixels',
    }),
    memoryAt('vram', 'vram', 'Video memory', ['qxl', 'vga', 'cirrus', 'vmvga', 'xen', 'bochs'], 'More of it for larger pictures.'),
    memoryAt('ram', 'ram', 'First bar of QXL', ['qxl'], 'Where commands and the picture are.'),
    memoryAt('vgamem', 'vgamem', 'Frame buffer', ['qxl'], 'For one picture as the firmware and simple drivers draw it.'),
    choiceAt('driver', 'driver/@name', {
      label: 'Carried out by',
      when: [{ field: 'model', is: ['virtio'] }],
      unset: 'QEMU',
      advanced: true,
      choices: [choice('qemu', 'QEMU'), choice('vhostuser', 'A program of its own (vhost-user)', 'It needs shared memory.')],
    }),
  ],
  problems: ({ width, height }) =>
    (width === null || width === undefined) === (height === null || height === undefined)
      ? []
      : [{ field: typeof width === 'number' ? 'height' : 'width', message: 'A size takes both.' }],
  warnings: warningsOf,
  check: async (wanted, _values, { context }) => ({ warnings: [], problems: placeProblems(wanted, context) }),
  addition: {
    blank: (context) => {
      // A machine has one that its firmware shows itself on; others can only be of these.
      const second = devicesOf(context.domain).some(({ name }) => name === 'video');
      const models = modelsOf(context).map(({ value }) => value);
      const wanted = second || !isX86(context) ? ['virtio', 'qxl', 'vga'] : ['virtio', 'vga'];
      return element('video', {}, element('model', { type: wanted.find((one) => models.includes(one)) ?? 'vga' }));
    },
    unavailable: () => null,
    live: () => false,
  },
  removal: { live: () => false },
};

const isFirst = (one: XmlElement): boolean => attribute(child(one, 'model'), 'primary') === 'yes';

/** src/conf/domain_validate.c, virDomainDefVideoValidate; src/qemu/qemu_validate.c, qemuValidateDomainDeviceDefVideo. */
function placeProblems(wanted: XmlElement, { domain }: HardwareContext): FieldProblem[] {
  const all = devicesOf(domain).filter(({ name }) => name === 'video');
  const others = all.length - (isFirst(wanted) ? 1 : 0);
  if (modelOf(wanted) === 'none' && others > 0)
    return [{ field: 'model', message: 'The guest has another video device: “none” means none at all.' }];
  const second = !isFirst(wanted) && all.some(isFirst);
  return second && onlyFirst.includes(modelOf(wanted) ?? '')
    ? [{ field: 'model', message: 'This model can only be the first video device of a guest. A second can be virtio or QXL.' }]
    : [];
}
const onlyFirst: readonly string[] = ['vga', 'bochs', 'ramfb', 'cirrus', 'vmvga'];

function warningsOf(from: FieldValues, to: FieldValues, { domain }: HardwareContext): string[] {
  const drawing = devicesOf(domain).some(
    (one) => one.name === 'graphics' && (attribute(one, 'type') === 'egl-headless' || attribute(child(one, 'gl'), 'enable') === 'yes'),
  );
  const changed = from['model'] !== undefined && from['model'] !== to['model'];
  return [
    ...(to['accel3d'] === true && from['accel3d'] !== true && to['model'] === 'virtio' && !drawing
      ? ['No display of this guest has OpenGL, and without it the guest does not start: add an off-screen display (egl-headless).']
      : []),
    ...(changed && to['model'] === 'none' ? ['The guest has no picture any more, only its serial line.'] : []),
    ...(changed && to['model'] !== 'none'
      ? ['The guest has to have a driver for the new model; without one its picture may be plain, or none.']
      : []),
  ];
}
