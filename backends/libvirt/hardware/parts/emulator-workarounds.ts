import type { FieldRow } from '#model/hardware-field';
import { attribute, children, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withList } from '../../xml/edit.ts';
import { choice, choiceField, customField, listOf, textField } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { isQemu } from '../hardware-context.ts';
import { inside, ownChild, qemuVocabulary as qemu, withOwnChild } from './own-vocabulary.ts';
import { cell, only } from './part-fields.ts';

const SECTION = 'Workarounds';

const capabilitiesIn = (domain: XmlElement): FieldRow[] =>
  ['add', 'del'].flatMap((what) =>
    children(ownChild(domain, qemu, 'capabilities'), inside(qemu, what)).map((one) => ({ what, name: attribute(one, 'capability') })),
  );

const withCapabilities = (domain: XmlElement, rows: readonly FieldRow[]): XmlElement =>
  withOwnChild(domain, qemu, 'capabilities', (old, made) =>
    ['add', 'del'].reduce((parent, what) => {
      const own = rows.filter((row) => row['what'] === what);
      return withList(
        parent,
        [inside(qemu, what)],
        own.map((row) => made(what, { capability: cell(row, 'name') })),
      );
    }, old),
  );

const deprecationIn = (domain: XmlElement) => attribute(ownChild(domain, qemu, 'deprecation'), 'behavior');

/** One row for each property of each device. */
const overridesIn = (domain: XmlElement): FieldRow[] =>
  children(ownChild(domain, qemu, 'override'), inside(qemu, 'device')).flatMap((device) =>
    children(device, inside(qemu, 'frontend')).flatMap((frontend) =>
      children(frontend, inside(qemu, 'property')).map((property) => ({
        alias: attribute(device, 'alias'),
        name: attribute(property, 'name'),
        type: attribute(property, 'type'),
        value: attribute(property, 'value'),
      })),
    ),
  );

const withOverrides = (domain: XmlElement, rows: readonly FieldRow[]): XmlElement =>
  withOwnChild(domain, qemu, 'override', (old, made) => {
    const aliases = [...new Set(rows.map((row) => cell(row, 'alias')))];
    const fresh = aliases.map((alias) => {
      const own = rows.filter((row) => cell(row, 'alias') === alias);
      const properties = own.map((row) =>
        made('property', { name: cell(row, 'name'), type: cell(row, 'type'), value: cell(row, 'value') }),
      );
      return made('device', { alias }, [made('frontend', {}, properties)]);
    });
    return withList(old, [inside(qemu, 'device')], fresh);
  });

/** https://libvirt.org/drvqemu.html#overriding-properties-of-qemu-devices, #control-of-qemu-deprecation-warnings */
export const emulatorWorkarounds: readonly BoundField[] = only(
  isQemu,
  listOf(
    'overrides',
    {
      label: 'Properties of devices',
      help: 'Given to QEMU’s device in place of what libvirt would give. Devices are named by their alias, which one of your own begins with “ua-”.',
      section: SECTION,
      advanced: true,
      columns: (context) => [
        textField(
          'alias',
          { label: 'Device', maxLength: 255, pattern: { source: '[A-Za-z0-9_-]+', says: 'An alias, like ua-disk or video0.' } },
          context,
        ),
        textField(
          'name',
          { label: 'Property', maxLength: 255, pattern: { source: '[A-Za-z0-9_.-]+', says: 'A name, like x-speed.' } },
          context,
        ),
        choiceField(
          'type',
          {
            label: 'Sort',
            choices: [
              choice('string', 'Text'),
              choice('unsigned', 'Number'),
              choice('signed', 'Number with a sign'),
              choice('bool', 'Yes or no (true, false)'),
              choice('remove', 'Not given at all'),
            ],
          },
          context,
        ),
        textField('value', { label: 'Value', unset: '—', maxLength: 1024 }, context),
      ],
      add: { label: 'Add a property', row: { alias: '', name: '', type: 'string', value: null } },
      max: 256,
    },
    overridesIn,
    withOverrides,
  ),
  listOf(
    'capabilities',
    {
      label: 'What libvirt takes QEMU for',
      help: 'Abilities of QEMU that libvirt is to believe in, or not, whatever it has found: for finding faults.',
      section: SECTION,
      advanced: true,
      columns: (context) => [
        choiceField('what', { label: 'It', choices: [choice('add', 'Has'), choice('del', 'Has not')] }, context),
        textField(
          'name',
          { label: 'Ability', maxLength: 128, pattern: { source: '[A-Za-z0-9._-]+', says: 'A name of libvirt’s, like blockdev.' } },
          context,
        ),
      ],
      add: { label: 'Add an ability', row: { what: 'del', name: '' } },
      max: 256,
    },
    capabilitiesIn,
    withCapabilities,
  ),
  customField(
    (context) =>
      choiceField(
        'deprecation',
        {
          label: 'What QEMU is giving up',
          help: 'To find out early what a later QEMU will not have any more.',
          section: SECTION,
          advanced: true,
          unset: 'As the host’s configuration says',
          choices: [
            choice('none', 'Works as ever'),
            choice('omit', 'Is not shown to libvirt'),
            choice('reject', 'Is refused'),
            choice('crash', 'Ends the guest'),
          ],
        },
        context,
      ),
    {
      read: deprecationIn,
      write: (domain, value) =>
        withOwnChild(domain, qemu, 'deprecation', (old) => withAttributes(old, { behavior: typeof value === 'string' ? value : null })),
    },
  ),
);
