import { attribute, child, children, element, text, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withChild, withList, withText } from '../../xml/edit.ts';
import { listOf, textAt, textField } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { isContainer } from '../hardware-context.ts';
import { cell, only } from './part-fields.ts';

const SECTION = 'First process';

const inOs = (domain: XmlElement, name: string, fresh: readonly XmlElement[]): XmlElement =>
  withChild(domain, 'os', (os) => (os === null ? null : withList(os, [name], fresh)));

/** https://libvirt.org/formatdomain.html#container-boot */
export const containerStart: readonly BoundField[] = only(
  isContainer,
  textAt('init', 'os/init', {
    label: 'Program',
    help: 'What is started in the container; it ends when this does.',
    section: SECTION,
    unset: '/sbin/init',
    maxLength: 4096,
  }),
  listOf(
    'init-arguments',
    {
      label: 'Arguments',
      section: SECTION,
      ordered: true,
      columns: (context) => [textField('value', { label: 'Argument', maxLength: 4096 }, context)],
      add: { label: 'Add an argument', row: { value: '' } },
      max: 256,
    },
    (domain) => children(child(domain, 'os'), 'initarg').map((one) => ({ value: text(one) })),
    (domain, rows) =>
      inOs(
        domain,
        'initarg',
        rows.map((row) => element('initarg', {}, cell(row, 'value'))),
      ),
  ),
  listOf(
    'init-environment',
    {
      label: 'Environment',
      section: SECTION,
      advanced: true,
      columns: (context) => [
        textField(
          'name',
          { label: 'Variable', maxLength: 256, pattern: { source: '[A-Za-z_][A-Za-z0-9_]*', says: 'A name, like PATH.' } },
          context,
        ),
        textField('value', { label: 'Value', unset: 'Empty', maxLength: 4096 }, context),
      ],
      add: { label: 'Add a variable', row: { name: '', value: '' } },
      max: 256,
    },
    (domain) => children(child(domain, 'os'), 'initenv').map((one) => ({ name: attribute(one, 'name'), value: text(one) })),
    (domain, rows) => {
      const before = children(child(domain, 'os'), 'initenv');
      return inOs(
        domain,
        'initenv',
        rows.map((row, index) =>
          withText(withAttributes(before[index] ?? element('initenv'), { name: cell(row, 'name') }), cell(row, 'value')),
        ),
      );
    },
  ),
  textAt('init-folder', 'os/initdir', { label: 'Started in', section: SECTION, advanced: true, unset: 'The root folder', maxLength: 4096 }),
  textAt('init-user', 'os/inituser', { label: 'As user', section: SECTION, advanced: true, unset: 'root', maxLength: 64 }),
  textAt('init-group', 'os/initgroup', { label: 'As group', section: SECTION, advanced: true, unset: 'root', maxLength: 64 }),
);
