import type { Choice, FieldProblem, FieldValues } from '#model/hardware-field';
import { attribute, child } from '../../../xml/document.ts';
import { choice, choiceField, customField, plain } from '../../bound-fields.ts';
import type { MachinePart } from '../../device-kind.ts';
import { enumOf, type HardwareContext, isQemu } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';
import { windowsIn } from '../operating-system.ts';
import { differs, only } from '../part-fields.ts';
import {
  cardIn,
  drawsElsewhere,
  firstVideo,
  hasDisplay,
  hasFast,
  wayIn,
  withCard,
  withFastVideo,
  withoutFastVideo,
  withWay,
} from './drawn-displays.ts';

const on = [{ field: 'accelerated', is: [true] }];
/** Kernel drivers of cards that are known to draw for guests badly, or not at all (libvirt's and QEMU's trackers). */
const NVIDIA = 'nvidia';

/** Why this host cannot draw for a guest; null: nothing speaks against it. */
function lacking(context: HardwareContext): string | null {
  const models = enumOf(context, ['devices', 'video'], 'modelType');
  if (context.arch === 's390x') return 'QEMU does not draw in 3D for guests of this architecture.';
  if (models !== null && !models.includes('virtio'))
    return 'The host’s QEMU has no virtio video device. Its package may be one of its own.';
  const displays = enumOf(context, ['devices', 'graphics'], 'type');
  if (displays !== null && !displays.includes('egl-headless')) {
    return 'The host’s QEMU cannot draw off-screen: it was built without OpenGL, or the package for it is missing (qemu-system-gui, qemu-system-modules-opengl, qemu-ui-opengl).';
  }
  if (context.renderNodes !== null && context.renderNodes.length === 0) {
    return 'The host has no graphics card that can draw without a screen: it has nothing like /dev/dri/renderD128.';
  }
  return null;
}

/** In words: the card that a render node is of. */
function cards(context: HardwareContext): Choice[] {
  return (context.renderNodes ?? []).map(({ path, parent }) => {
    const card = context.hostDevices.find(({ id }) => id === parent);
    const driver = card?.kind === 'pci' ? card.driver : null;
    return choice(
      path,
      card === undefined || card.name === '' ? path : `${card.name} (${path})`,
      driver === null ? null : `Driver ${driver}`,
    );
  });
}

function ways(context: HardwareContext): Choice[] {
  const spice = !hasDisplay(context.domain, 'spice')
    ? 'The guest has no SPICE display.'
    : context.local
      ? null
      : 'It is seen on the host’s own screen only, and the host is another computer.';
  return [
    choice('off-screen', 'Off-screen, beside VNC or SPICE', 'The picture is read back and sent as ever: it is seen from everywhere.'),
    choice(
      'spice',
      'SPICE itself',
      'Quicker, for virt-viewer on the host itself. From elsewhere, and here, the picture stays black.',
      spice,
    ),
  ];
}

/** libvirt's “graphics” and “video” together: https://libvirt.org/formatdomain.html#graphical-framebuffers, #video-devices */
export const threeD: MachinePart = {
  sort: 'part',
  kind: 'three-d',
  group: 'display',
  title: '3D acceleration',
  help: 'The host’s graphics card draws for the guest. The switch sets the video device and the displays as they must be for it, and back.',
  fits: isQemu,
  fields: only(
    isQemu,
    customField(
      (context) => ({
        ...plain(
          'accelerated',
          { label: '3D acceleration', fixed: (host) => (hasFast(host.domain) || wayIn(host.domain) !== null ? null : lacking(host)) },
          context,
        ),
        kind: 'toggle',
      }),
      {
        read: (domain) => hasFast(domain) && (wayIn(domain) !== null || drawsElsewhere(domain)),
        write: (domain, value) =>
          value === true ? withWay(withFastVideo(domain), wayIn(domain) ?? 'off-screen') : withWay(withoutFastVideo(domain), null),
      },
    ),
    customField(
      (context) => choiceField('drawn-by', { label: 'Drawn', when: on, unset: 'By a window on the host', choices: ways }, context),
      {
        read: (domain) => wayIn(domain) ?? (drawsElsewhere(domain) ? null : 'off-screen'),
        write: (domain, value) => (hasFast(domain) && (value === 'spice' || value === 'off-screen') ? withWay(domain, value) : domain),
      },
    ),
    customField(
      (context) => choiceField('card', { label: 'Graphics card', when: on, unset: 'The first that works', choices: cards }, context),
      {
        read: cardIn,
        write: (domain, value) => (hasFast(domain) ? withCard(domain, typeof value === 'string' ? value : null) : domain),
      },
    ),
  ),
  summary: ({ accelerated, card, 'drawn-by': way }, { domain }) => {
    if (accelerated === true) return summaryWords(way === 'spice' ? 'On, by SPICE' : 'On', card);
    return hasFast(domain) ? 'Half: the video device has it, and no display draws' : 'Off';
  },
  problems,
  warnings,
};

function problems(values: FieldValues, context: HardwareContext): FieldProblem[] {
  const { accelerated, 'drawn-by': way } = values;
  return accelerated === true && way === 'spice' && !hasDisplay(context.domain, 'spice')
    ? [{ field: 'drawn-by', message: 'The guest has no SPICE display.' }]
    : [];
}

function warnings(from: FieldValues, to: FieldValues, context: HardwareContext): string[] {
  const turned = differs(from, to, 'accelerated');
  if (to['accelerated'] !== true) return turned ? offWords(from) : [];
  if (!turned && !differs(from, to, 'drawn-by') && !differs(from, to, 'card')) return [];
  const video = firstVideo(context.domain);
  const model = attribute(child(video, 'model'), 'type');
  const drawer = context.hostDevices.find(({ id }) => id === chosenCard(to, context)?.parent);
  return [
    ...(turned && model !== null && model !== 'virtio'
      ? [
          `The video device becomes virtio in place of ${model}.` +
            (windowsIn(context.domain)
              ? ' Windows needs its driver for more than a plain picture, and has no finished one that draws in 3D.'
              : ''),
        ]
      : turned && windowsIn(context.domain)
        ? ['Windows has no finished driver that draws in 3D by it.']
        : []),
    ...(turned && !['vnc', 'spice'].some((type) => hasDisplay(context.domain, type))
      ? ['A VNC display is added, which is reached on the host alone.']
      : []),
    ...(to['drawn-by'] === 'spice'
      ? ['Guesthouse cannot show the guest then, nor can anybody from another computer: virt-viewer on the host can.']
      : []),
    ...(drawer?.kind === 'pci' && drawer.driver === NVIDIA
      ? [
          'NVIDIA’s own driver draws for guests with some versions only: where the guest does not start or stays black, switch this off again.',
        ]
      : []),
    ...(context.renderNodes === null ? ['The host does not tell whether it has a graphics card that can draw without a screen.'] : []),
    'A guest that runs with it can neither be saved nor moved, and the card’s driver on the host works on what the guest sends it.',
  ];
}

const chosenCard = ({ card }: FieldValues, { renderNodes }: HardwareContext) =>
  renderNodes?.find(({ path }) => path === card) ?? renderNodes?.[0];

const offWords = (from: FieldValues): string[] => [
  'The video device stays virtio, which is drawn plainly then.',
  ...(from['drawn-by'] === 'spice' ? ['SPICE is reached by a port again, on the host alone.'] : []),
];
