import type { FieldRow } from '#model/hardware-field';
import { sameValue } from '#model/hardware-field';
import { attribute, children, element as newElement, type XmlElement } from '../../../xml/document.ts';
import { withList } from '../../../xml/edit.ts';
import { choice, choiceAt, choiceField, listOf, switchAt, textAt } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';
import { forTypes } from '../for-types.ts';

const section = 'Viewers';
const packing = 'Picture and sound';

/** Keyboards that QEMU has a map for (pc-bios/keymaps). */
const keymaps =
  'ar bepo cz da de de-ch en-gb en-us es et fi fo fr fr-be fr-ca fr-ch hr hu is it ja lt lv mk nl no pl pt pt-br ru sl sv th tr'
    .split(' ')
    .map((name) => choice(name, name));

const sometimes = [choice('auto', 'On slow lines'), choice('never', 'Never'), choice('always', 'Always')];
const security = [choice('any', 'Either'), choice('secure', 'Encrypted only'), choice('insecure', 'Open only')];
const channelNames = ['main', 'display', 'inputs', 'cursor', 'playback', 'record', 'smartcard', 'usbredir'];

const channels: BoundField = listOf(
  'channels',
  {
    label: 'Single channels',
    help: 'Which parts of SPICE have to be encrypted, where that differs from all others.',
    section,
    advanced: true,
    columns: (context) => [
      choiceField('name', { label: 'Channel', choices: channelNames.map((name) => choice(name, name)) }, context),
      choiceField('mode', { label: 'Encryption', choices: security }, context),
    ],
    add: { label: 'Add channel', row: { name: 'main', mode: 'secure' } },
    max: channelNames.length,
  },
  channelRows,
  (display, rows) => {
    if (sameValue(channelRows(display), [...rows])) return display;
    const made = rows.map(({ name, mode }) => newElement('channel', { name: String(name), mode: String(mode) }));
    return withList(display, ['channel'], made);
  },
);

function channelRows(display: XmlElement): FieldRow[] {
  return children(display, 'channel').map((one) => ({ name: attribute(one, 'name'), mode: attribute(one, 'mode') }));
}

export const viewerFields: readonly BoundField[] = [
  forTypes(
    ['vnc', 'spice'],
    textAt('keymap', '@keymap', {
      label: 'Keyboard',
      help: 'Only for viewers that do not send keys but letters. Nearly all send keys: leave it then.',
      section,
      unset: 'As the viewer’s',
      advanced: true,
      maxLength: 32,
      suggestions: keymaps,
    }),
  ),
  forTypes(
    ['vnc'],
    choiceAt('share', '@sharePolicy', {
      label: 'Several viewers at once',
      section,
      unset: 'One may put out the others',
      advanced: true,
      choices: [
        choice('allow-exclusive', 'One may put out the others'),
        choice('force-shared', 'Everybody shares it'),
        choice('ignore', 'Whoever asks to be alone is ignored'),
      ],
    }),
  ),
  forTypes(
    ['vnc'],
    switchAt('power', '@powerControl', { label: 'Viewers may switch the guest off', section, unset: 'No', advanced: true }),
  ),
  forTypes(['spice'], switchAt('clipboard', 'clipboard/@copypaste', { label: 'Share the clipboard', section, unset: 'Yes' })),
  forTypes(['spice'], switchAt('files', 'filetransfer/@enable', { label: 'Drag files into the guest', section, unset: 'Yes' })),
  forTypes(
    ['spice'],
    choiceAt('mouse', 'mouse/@mode', {
      label: 'Mouse',
      section,
      unset: 'As SPICE likes',
      advanced: true,
      choices: [choice('client', 'Its place is told by the viewer'), choice('server', 'It is moved by the viewer')],
    }),
  ),
  forTypes(
    ['spice'],
    choiceAt('encryption', '@defaultMode', { label: 'Encryption', section, unset: 'Either', advanced: true, choices: security.slice(1) }),
  ),
  forTypes(['spice'], channels),
  forTypes(
    ['spice'],
    choiceAt('image', 'image/@compression', {
      label: 'Images are packed',
      section: packing,
      unset: 'As SPICE likes',
      choices: [
        choice('auto_glz', 'Well, by what is in them (GLZ)'),
        choice('auto_lz', 'Quickly, by what is in them (LZ)'),
        choice('quic', 'QUIC'),
        choice('glz', 'GLZ'),
        choice('lz', 'LZ'),
        choice('off', 'Not at all', 'Best on this computer and in fast networks.'),
      ],
    }),
  ),
  forTypes(
    ['spice'],
    choiceAt('jpeg', 'jpeg/@compression', {
      label: 'Photographs lose detail',
      section: packing,
      unset: 'On slow lines',
      advanced: true,
      choices: sometimes,
    }),
  ),
  forTypes(
    ['spice'],
    choiceAt('zlib', 'zlib/@compression', {
      label: 'Images are packed twice',
      section: packing,
      unset: 'On slow lines',
      advanced: true,
      choices: sometimes,
    }),
  ),
  forTypes(
    ['spice'],
    choiceAt('streaming', 'streaming/@mode', {
      label: 'Moving parts are sent as video',
      section: packing,
      unset: 'As SPICE likes',
      advanced: true,
      choices: [choice('filter', 'Where it looks like video'), choice('all', 'Always'), choice('off', 'Never')],
    }),
  ),
  forTypes(
    ['spice'],
    switchAt('playback', 'playback/@compression', {
      label: 'Sound is packed',
      section: packing,
      words: ['on', 'off'],
      unset: 'Yes',
      advanced: true,
    }),
  ),
  forTypes(['rdp'], switchAt('replaceUser', '@replaceUser', { label: 'A new viewer puts out the old', section, unset: 'No' })),
  forTypes(['rdp'], switchAt('multiUser', '@multiUser', { label: 'Several viewers at once', section, unset: 'No' })),
];
