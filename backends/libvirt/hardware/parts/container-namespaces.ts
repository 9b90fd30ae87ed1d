import type { FieldRow } from '#model/hardware-field';
import { attribute, children } from '../../xml/document.ts';
import { withList } from '../../xml/edit.ts';
import { choice, choiceField, listOf, textField } from '../bound-fields.ts';
import type { BoundField } from '../device-kind.ts';
import { isContainer } from '../hardware-context.ts';
import { inside, lxcVocabulary as lxc, ownChild, withOwnChild } from './own-vocabulary.ts';
import { cell, only } from './part-fields.ts';

const sorts = [choice('sharenet', 'Network'), choice('shareipc', 'Communication of processes (IPC)'), choice('shareuts', 'Host name')];
const names = sorts.map(({ value }) => String(value));

/** https://libvirt.org/drvlxc.html#network-namespaces (“Inherit namespaces”) */
export const containerNamespaces: readonly BoundField[] = only(
  isContainer,
  listOf(
    'namespaces',
    {
      label: 'Shared with others on the host',
      help: 'What it has not of its own but has together with a network namespace, a process or another container.',
      columns: (context) => [
        choiceField('what', { label: 'What', choices: sorts }, context),
        choiceField(
          'type',
          {
            label: 'With',
            choices: [
              choice('netns', 'A network namespace'),
              choice('pid', 'A process, by its number'),
              choice('name', 'A container, by its name'),
            ],
          },
          context,
        ),
        textField('value', { label: 'Which', maxLength: 255 }, context),
      ],
      add: { label: 'Share one', row: { what: 'sharenet', type: 'netns', value: '' } },
      max: 3,
    },
    (domain): FieldRow[] =>
      names.flatMap((what) => {
        const parent = ownChild(domain, lxc, 'namespace');
        return children(parent, inside(lxc, what)).map((one) => ({
          what,
          type: attribute(one, 'type'),
          value: attribute(one, 'value'),
        }));
      }),
    (domain, rows) =>
      withOwnChild(domain, lxc, 'namespace', (old, made) =>
        names.reduce((parent, what) => {
          const own = rows.filter((row) => row['what'] === what);
          const fresh = own.map((row) => made(what, { type: cell(row, 'type'), value: cell(row, 'value') }));
          return withList(parent, [inside(lxc, what)], fresh);
        }, old),
      ),
  ),
);
