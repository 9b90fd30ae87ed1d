import { attribute, element, path } from '../../../xml/document.ts';
import { withAttributes, withPath } from '../../../xml/edit.ts';
import { choice, choiceAt, customField, plain, switchAt } from '../../bound-fields.ts';
import type { BoundField } from '../../device-kind.ts';

/** What only a passed-through SCSI device has. https://libvirt.org/formatdomain.html, "rawio", "sgio", "reservations" */
export const lunFields: readonly BoundField[] = [
  switchAt('rawio', '@rawio', {
    label: 'All SCSI commands',
    help: 'Gives the hypervisor the host’s right to send any command. It can be used to reach other devices.',
    advanced: true,
  }),
  choiceAt('sgio', '@sgio', {
    label: 'Commands',
    help: 'Needs a host kernel that has this switch, which newer ones do not.',
    advanced: true,
    unset: 'As the host’s kernel likes',
    choices: [choice('filtered', 'The harmless ones'), choice('unfiltered', 'All')],
  }),
  customField(
    (context) => ({
      ...plain(
        'reservations',
        { label: 'Persistent reservations', help: 'For clusters: the host’s helper (qemu-pr-helper) carries them out.', advanced: true },
        context,
      ),
      kind: 'toggle',
    }),
    {
      read: (disk) => attribute(path(disk, 'source', 'reservations'), 'managed') === 'yes',
      write: (disk, value) => {
        if ((attribute(path(disk, 'source', 'reservations'), 'managed') === 'yes') === (value === true)) return disk;
        return withPath(disk, ['source', 'reservations'], (old) =>
          value === true ? withAttributes(old ?? element('reservations'), { managed: 'yes' }) : null,
        );
      },
    },
  ),
];
