import { attribute, child } from '../../../xml/document.ts';
import { withAttributesAt } from '../../../xml/edit.ts';
import { choice, customField, plain, textAt, type TextSaying } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';
import { forTypes } from '../for-types.ts';

const section = '3D graphics';

/** Only these say whether; "egl-headless" always draws so. */
const openGl: BoundField = customField(
  (context) => ({
    ...plain(
      'gl',
      {
        label: 'OpenGL',
        help: 'The host’s graphics card draws. The guest needs a virtio video device with 3D acceleration for it.',
        section,
      },
      context,
    ),
    kind: 'toggle',
  }),
  {
    read: (display) => attribute(child(display, 'gl'), 'enable') === 'yes',
    write: (display, value) => {
      const now = attribute(child(display, 'gl'), 'enable');
      if ((now === 'yes') === (value === true)) return display;
      return withAttributesAt(display, ['gl'], value === true ? { enable: 'yes' } : { enable: null, rendernode: null });
    },
  },
);

const card = (key: string, when: TextSaying['when']): BoundField =>
  textAt(key, 'gl/@rendernode', {
    label: 'Graphics card',
    help: 'The render node of the host’s card that draws.',
    section,
    ...(when === undefined ? {} : { when }),
    unset: 'The first that works',
    maxLength: 255,
    pattern: { source: '/dev/.+', says: 'A device of the host, like /dev/dri/renderD128.' },
    suggestions: ({ renderNodes: known }) => known?.map(({ path }) => choice(path, path)) ?? renderNodes,
  });

/** What is said of a card without OpenGL being on is no <gl> that libvirt takes. */
const onlyDrawing = (bound: BoundField): BoundField => ({
  ...bound,
  write: (display, value, context) =>
    attribute(child(display, 'gl'), 'enable') === 'yes' ? bound.write(display, value, context) : display,
});

/** Linux numbers render nodes from 128 on, in the order of the cards (drivers/gpu/drm/drm_drv.c). */
const renderNodes = [0, 1, 2, 3].map((card) => choice(`/dev/dri/renderD${128 + card}`, `/dev/dri/renderD${128 + card}`));

export const drawingFields: readonly BoundField[] = [
  forTypes(['spice', 'sdl', 'dbus'], openGl),
  forTypes(['spice', 'dbus'], onlyDrawing(card('renderNode', [{ field: 'gl', is: [true] }]))),
  forTypes(['egl-headless'], card('drawnBy', undefined)),
];
