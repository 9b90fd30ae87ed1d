import type { PlainField } from '#model/hardware-field';
import { attribute, child, children, element, type XmlElement } from '../../../xml/document.ts';
import { withAttributes, withChild, withList } from '../../../xml/edit.ts';
import { choice, choiceAt, choiceField, customField, listOf, textField, type TextSaying } from '../../bound-fields.ts';
import type { BoundField, LiveWay } from '../../device-kind.ts';
import type { HardwareContext } from '../../hardware-context.ts';

/** The field of a new disk's form that says whether its volume is to be made; no field of a disk that is there. */
export const STORAGE = 'storage';
export const absolutePath = { source: String.raw`/[^\p{Cc}]*`, says: 'A path on the host, beginning with a slash.' };
/** Shown for disks that are there, and for new ones that are given what is there. */
const given = { field: STORAGE, is: [null, 'existing'] };
const section = 'Source';

/** <disk type=…> in the form's words: files and devices are one, and told apart by where they are. */
export function sourceKind(disk: XmlElement): string {
  const type = attribute(disk, 'type') ?? 'file';
  return type === 'file' || type === 'block' ? 'path' : type;
}

export const sourcePath = (disk: XmlElement): string | null => {
  const source = child(disk, 'source');
  return attribute(source, 'file') ?? attribute(source, 'dev');
};

/** With this file or device for its source; null: with none. What was said of the old one's format of encryption, slices and the like goes. */
export function withPathSource(disk: XmlElement, path: string | null): XmlElement {
  const device = path !== null && path.startsWith('/dev/');
  const kept = attribute(child(disk, 'source'), 'startupPolicy');
  const source = path === null && kept === null ? null : element('source', { [device ? 'dev' : 'file']: path, startupPolicy: kept });
  return withSource(disk, device ? 'block' : 'file', source);
}

function withSource(disk: XmlElement, type: string, source: XmlElement | null): XmlElement {
  const typed = withAttributes(disk, { type });
  return withChild(
    withChild(
      withChild(typed, 'source', () => source),
      'backingStore',
      () => null,
    ),
    'mirror',
    () => null,
  );
}

/** Where its bytes are. `live`: how a running guest is told of another source; drives have that, disks have not. */
export function sourceFields({ empty, picks, live }: { empty?: string; picks: 'disk' | 'disc'; live?: LiveWay }): BoundField[] {
  const when = (...kinds: string[]) => [given, { field: 'source', is: kinds }];
  const told = live === undefined ? {} : { live };
  const kinds = customField(
    (context) =>
      choiceField(
        'source',
        {
          label: 'Source',
          help: 'What lies behind it on the host.',
          section,
          when: [given],
          ...told,
          choices: [
            choice('path', 'File or device of the host'),
            choice('volume', 'Volume of a storage pool', 'Named by its pool, which must be active when the guest starts.'),
            choice('network', 'Network storage', 'A Ceph, iSCSI, NBD, Gluster or HTTP server that the hypervisor talks to itself.'),
          ],
        },
        context,
      ),
    {
      read: sourceKind,
      write: (disk, value) =>
        typeof value !== 'string' || value === sourceKind(disk) ? disk : withSource(disk, value === 'path' ? 'file' : value, null),
      ...told,
    },
  );
  const path = customField(
    (context) =>
      textField(
        'path',
        {
          label: 'File or device',
          help: 'Its path on the host.',
          section,
          when: when('path'),
          maxLength: 4096,
          pattern: absolutePath,
          picks,
          ...(empty === undefined ? {} : { unset: empty }),
          ...told,
        },
        context,
      ),
    {
      read: (disk) => (sourceKind(disk) === 'path' ? sourcePath(disk) : null),
      write: (disk, value) => {
        if (sourceKind(disk) !== 'path' || (value ?? null) === sourcePath(disk)) return disk;
        return withPathSource(disk, typeof value === 'string' && value !== '' ? value : null);
      },
      ...told,
    },
  );
  return [
    // What a network storage is said to be comes in several fields, of which a running guest is told none.
    { ...kinds, waits: (_context, change) => change !== null && change.to !== 'path' && change.to !== 'volume' },
    path,
    named('pool', 'volume', 'pool', { label: 'Pool', section, when: when('volume'), maxLength: 256, suggestions: poolChoices, ...told }),
    named('volume', 'volume', 'volume', { label: 'Volume', section, when: when('volume'), maxLength: 4096, ...told }),
    protocolField(when('network')),
    named('remote', 'network', 'name', {
      label: 'Name there',
      help: 'The image as its server calls it: “pool/image” for Ceph, the target and unit for iSCSI, a path for HTTP.',
      section,
      when: when('network'),
      unset: 'The server’s only one',
      maxLength: 4096,
    }),
    serversField(when('network')),
  ];
}

const poolChoices = ({ pools }: HardwareContext) =>
  pools.map(({ name, active }) => choice(name, name, active ? null : 'The pool is not active.'));

/** Text in an attribute of <source> that only one type of disk has. */
function named(key: string, type: string, name: string, saying: TextSaying): BoundField {
  return customField((context) => textField(key, saying, context), {
    read: (disk) => (attribute(disk, 'type') === type ? attribute(child(disk, 'source'), name) : null),
    write: (disk, value) => {
      if (attribute(disk, 'type') !== type) return disk;
      const text = typeof value === 'string' && value !== '' ? value : null;
      return withChild(disk, 'source', (source) => withAttributes(source ?? element('source'), { [name]: text }));
    },
    ...(saying.live === undefined ? {} : { live: saying.live }),
  });
}

// formatdomain.html, "source", protocol.
const protocols = ['rbd', 'iscsi', 'nbd', 'gluster', 'nfs', 'ssh', 'http', 'https', 'ftp', 'ftps', 'vxhs', 'sheepdog'];

function protocolField(when: BoundFieldWhen): BoundField {
  return customField(
    (context) =>
      choiceField(
        'protocol',
        { label: 'Protocol', section, when, choices: protocols.map((one) => choice(one, one === 'rbd' ? 'Ceph (RBD)' : one)) },
        context,
      ),
    {
      read: (disk) => (attribute(disk, 'type') === 'network' ? attribute(child(disk, 'source'), 'protocol') : null),
      write: (disk, value) =>
        attribute(disk, 'type') === 'network' && typeof value === 'string'
          ? withChild(disk, 'source', (source) => withAttributes(source ?? element('source'), { protocol: value }))
          : disk,
    },
  );
}

type BoundFieldWhen = NonNullable<TextSaying['when']>;

function serversField(when: BoundFieldWhen): BoundField {
  const column = (key: string, label: string, unset: string | null, context: HardwareContext): PlainField =>
    textField(key, { label, maxLength: 256, ...(unset === null ? {} : { unset }) }, context);
  return listOf(
    'servers',
    {
      label: 'Servers',
      section,
      when,
      max: 32,
      add: { label: 'Add server', row: { name: '', port: null, transport: null, socket: null } },
      columns: (context) => [
        column('name', 'Name or address', 'A socket instead', context),
        column('port', 'Port', 'usual', context),
        column('transport', 'Transport', 'tcp', context),
        column('socket', 'Socket', 'none', context),
      ],
    },
    (disk) =>
      attribute(disk, 'type') === 'network'
        ? children(child(disk, 'source'), 'host').map((host) => ({
            name: attribute(host, 'name'),
            port: attribute(host, 'port'),
            transport: attribute(host, 'transport'),
            socket: attribute(host, 'socket'),
          }))
        : [],
    (disk, rows) => {
      if (attribute(disk, 'type') !== 'network') return disk;
      const old = children(child(disk, 'source'), 'host');
      const hosts = rows.map(({ name, port, transport, socket }, index) =>
        withAttributes(old[index] ?? element('host'), {
          name: said(name),
          port: said(port),
          transport: said(transport),
          socket: said(socket),
        }),
      );
      return withChild(disk, 'source', (source) => withList(source ?? element('source'), ['host'], hosts));
    },
  );
}

const said = (value: string | number | boolean | null | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

export const startupPolicy: BoundField = choiceAt('startupPolicy', 'source/@startupPolicy', {
  label: 'When it is missing',
  help: 'What happens at a start while its file is not there.',
  section,
  advanced: true,
  unset: 'The guest does not start',
  choices: [
    choice('mandatory', 'The guest does not start (said explicitly)'),
    choice('requisite', 'Missing at a start: it is left out. Missing at a migration or restore: that fails'),
    choice('optional', 'It is left out'),
  ],
});

/** What a source is called, in a line. */
export function sourceWords(values: Readonly<Record<string, unknown>>): string {
  const word = (key: string) => (typeof values[key] === 'string' ? values[key] : '');
  switch (values['source']) {
    case 'path':
      return word('path');
    case 'volume':
      return `${word('pool')}/${word('volume')}`;
    case 'network':
      return `${word('protocol')}:${word('remote')}`;
    default:
      return word('source');
  }
}
