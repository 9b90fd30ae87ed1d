import type { FieldRow } from '#model/hardware-field';
import { sameValue } from '#model/hardware-field';
import { attribute, children, element, text, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withList } from '../../../xml/edit.ts';
import { choice, choiceField, customField, listOf, textAt, textField } from '../../bound-fields.ts';
import type { BoundField, DeviceKind } from '../../device-kind.ts';
import { devicesOf, isQemu } from '../../hardware-context.ts';
import { summaryWords } from '../../summary-words.ts';
import { forTypes } from '../for-types.ts';
import { withoutForeignParts, type KnownParts } from '../known-parts.ts';
import { sourceFields, sourceProblems } from './source-fields.ts';
import { hasSpice, sourceChoices } from './source-types.ts';

const modes = [
  choice('passthrough', 'Of whoever looks at the guest', 'SPICE’s viewer, or another program, has the card.'),
  choice('host', 'Of the host', 'The card in the host’s reader.'),
  choice('host-certificates', 'Made of certificates', 'Three certificates of the host’s NSS database stand for a card.'),
];

const modeParts: KnownParts = {
  passthrough: ['@type', 'source', 'protocol', 'log', 'target'],
  host: [],
  'host-certificates': ['certificate', 'database'],
};

const mode: BoundField = customField((context) => choiceField('mode', { label: 'Which card', choices: modes }, context), {
  read: (card) => attribute(card, 'mode'),
  write: (card, value) => {
    if (typeof value !== 'string' || value === attribute(card, 'mode')) return card;
    const bare = withoutForeignParts(withAttributes(card, { mode: value }), modeParts, value);
    return value === 'passthrough' && !bare.attributes.has('type') ? withAttributes(bare, { type: 'spicevmc' }) : bare;
  },
});

const certificates = listOf(
  'certificates',
  {
    label: 'Certificates',
    help: 'The names of three, as the database has them.',
    columns: (context) => [textField('name', { label: 'Name', maxLength: 255 }, context)],
    add: { label: 'Add certificate', row: { name: '' } },
    max: 3,
  },
  namesIn,
  (card, rows) =>
    sameValue(namesIn(card), [...rows])
      ? card
      : withList(
          card,
          ['certificate'],
          rows.map(({ name }) => element('certificate', {}, String(name ?? ''))),
        ),
);

function namesIn(card: XmlElement): FieldRow[] {
  return children(card, 'certificate').map((one) => ({ name: text(one) }));
}

/** https://libvirt.org/formatdomain.html#smartcard-devices */
export const smartcard: DeviceKind = {
  sort: 'device',
  kind: 'smartcard',
  group: 'host',
  title: 'Smartcard',
  help: 'A reader in the guest, with a card that is somewhere else.',
  fits: isQemu,
  is: ({ name }) => name === 'smartcard',
  identity: () => null,
  name: (_card, number) => (number === null ? 'Smartcard' : `Smartcard ${number}`),
  summary: ({ mode: chosen }) => summaryWords(modes.find(({ value }) => value === chosen)?.label ?? chosen),
  fields: [
    mode,
    forTypes(['host-certificates'], certificates, 'mode'),
    forTypes(
      ['host-certificates'],
      textAt('database', 'database', { label: 'NSS database', unset: '/etc/pki/nssdb', maxLength: 4096 }),
      'mode',
    ),
    ...sourceFields({ types: (context) => sourceChoices(context, 'spicevmc', 'tcp', 'unix', 'dev', 'pty') }).map((bound) =>
      forTypes(['passthrough'], bound, 'mode'),
    ),
  ],
  problems: (values) => {
    const { mode: chosen, certificates: rows } = values;
    if (chosen === 'passthrough') return sourceProblems(values);
    const three = Array.isArray(rows) && rows.length === 3;
    return chosen === 'host-certificates' && !three ? [{ field: 'certificates', message: 'It takes three of them.' }] : [];
  },
  addition: {
    blank: (context) => element('smartcard', hasSpice(context) ? { mode: 'passthrough', type: 'spicevmc' } : { mode: 'host' }),
    // QEMU gives a CCID bus one slot (hw/usb/ccid).
    unavailable: ({ domain }) => (devicesOf(domain).some(({ name }) => name === 'smartcard') ? 'The guest has one.' : null),
    live: () => false,
  },
  removal: { live: () => false },
};
