import type { FieldRow } from '#model/hardware-field';
import { child, children, element, type XmlElement } from '../../xml/document.ts';
import { withAttributes, withChild, withList } from '../../xml/edit.ts';
import { choice, choiceField, listOf, textAt } from '../bound-fields.ts';
import type { BoundField, MachinePart } from '../device-kind.ts';
import { isContainer, isQemu } from '../hardware-context.ts';
import { summaryWords } from '../summary-words.ts';
import { containerNamespaces } from './container-namespaces.ts';
import { differs, givenAtStart, numberCell, numberField, numberOf, only } from './part-fields.ts';

const sorts = ['uid', 'gid'] as const;

const mapsIn = (domain: XmlElement): FieldRow[] =>
  sorts.flatMap((kind) =>
    children(child(domain, 'idmap'), kind).map((one) => ({
      kind,
      start: numberOf(one, 'start'),
      target: numberOf(one, 'target'),
      count: numberOf(one, 'count'),
    })),
  );

function withMaps(domain: XmlElement, rows: readonly FieldRow[]): XmlElement {
  return withChild(domain, 'idmap', (old) => {
    if (rows.length === 0) return null;
    return sorts.reduce(
      (map, kind) => {
        const before = children(old, kind);
        const fresh = rows
          .filter((row) => row['kind'] === kind)
          .map((row, index) =>
            withAttributes(before[index] ?? element(kind), {
              start: numberCell(row, 'start') ?? 0,
              target: numberCell(row, 'target') ?? 0,
              count: numberCell(row, 'count') ?? 0,
            }),
          );
        return withList(map, [kind], fresh);
      },
      old ?? element('idmap'),
    );
  });
}

const ids = { min: 0, max: 4_294_967_295 } as const;

const idMap: readonly BoundField[] = only(
  isContainer,
  listOf(
    'idmap',
    {
      label: 'Users and groups',
      help: 'Which of the host’s a container’s are. With root mapped to another, root in the container is nobody outside of it.',
      columns: (context) => [
        choiceField('kind', { label: 'What', choices: [choice('uid', 'Users'), choice('gid', 'Groups')] }, context),
        numberField('start', { ...ids, label: 'From, in the container' }, context),
        numberField('target', { ...ids, label: 'From, on the host' }, context),
        numberField('count', { ...ids, label: 'How many' }, context),
      ],
      add: { label: 'Add a range', row: { kind: 'uid', start: 0, target: 100_000, count: 65_536 } },
      max: 64,
    },
    mapsIn,
    withMaps,
  ),
);

/** https://libvirt.org/formatdomain.html#resource-partitioning, #container-boot */
export const hostGroup: MachinePart = {
  sort: 'part',
  kind: 'host-group',
  group: 'machine',
  title: 'Group on the host',
  help: 'In which of the host’s control groups the guest runs, whose limits are for all in it together, and whose users a container’s are.',
  fits: (context) => isQemu(context) || isContainer(context),
  fields: [
    givenAtStart(
      textAt('partition', 'resource/partition', {
        label: 'Resource partition',
        help: 'Like /machine/production. It must be there on the host.',
        unset: '/machine',
        maxLength: 1024,
        pattern: { source: '/.*', says: 'A path, from /.' },
      }),
    ),
    ...only(
      (context) => isQemu(context) && context.libvirt >= 7_007_000,
      textAt('fabric-name', 'resource/fibrechannel/@appid', {
        label: 'Name on Fibre Channel',
        help: 'By which a storage network tells this guest’s traffic from others’.',
        advanced: true,
        unset: 'None',
        maxLength: 128,
        pattern: { source: '[ -~]+', says: 'Letters, digits and signs.' },
      }),
    ),
    ...idMap,
    ...containerNamespaces,
  ],
  summary: ({ partition, idmap }) => summaryWords(partition ?? '/machine', Array.isArray(idmap) && idmap.length > 0 ? 'own users' : null),
  problems: ({ idmap }) => {
    if (!Array.isArray(idmap) || idmap.length === 0) return [];
    const has = (kind: string) => idmap.some((row) => row['kind'] === kind);
    return has('uid') && has('gid') ? [] : [{ field: 'idmap', message: 'Map both users and groups.' }];
  },
  warnings: (from, to) =>
    !differs(from, to, 'idmap')
      ? []
      : ['The container’s files keep their owners on the host: give them to the users that the container’s are now.'],
};
