import type { FieldRow, FieldValue } from '#model/hardware-field';
import { child, children, element, textAt, type XmlElement } from '../../xml/document.ts';
import { withTextAt } from '../../xml/edit.ts';
import { Affect } from '../../guests/both-definitions.ts';
import { remote } from '../../protocol/remote.ts';
import { listOf, plain, textField } from '../bound-fields.ts';
import type { BoundField, LiveTarget } from '../device-kind.ts';
import { isContainer, isQemu } from '../hardware-context.ts';
import { withElements } from './element-rows.ts';
import { cell, numberCell, numberField, only } from './part-fields.ts';

/** In libvirt's order; as the call for a running guest names it, and as what it takes its numbers (VIR_DOMAIN_BLKIO_DEVICE_*). */
const amounts = ['weight', 'read_iops_sec', 'write_iops_sec', 'read_bytes_sec', 'write_bytes_sec'] as const;
const BYTES_MAX = 1024 ** 4;

const rowsIn = (domain: XmlElement): FieldRow[] =>
  children(child(domain, 'blkiotune'), 'device').map((device) => ({
    path: textAt(device, 'path'),
    ...Object.fromEntries(
      amounts.map((name) => {
        const found = Number(textAt(device, name) ?? Number.NaN);
        return [name, Number.isFinite(found) ? found : null];
      }),
    ),
  }));

const withRows = (domain: XmlElement, rows: readonly FieldRow[]): XmlElement =>
  withElements(domain, ['blkiotune'], 'device', (before) =>
    rows.map((row) => {
      const old = before.find((one) => textAt(one, 'path') === cell(row, 'path')) ?? element('device');
      const named = withTextAt(old, ['path'], cell(row, 'path'));
      return amounts.reduce((made, name) => withTextAt(made, [name], numberCell(row, name)), named);
    }),
  );

async function setLive({ host, dom, element: running }: LiveTarget, value: FieldValue): Promise<void> {
  const wanted = Array.isArray(value) ? value : [];
  // What is not named any more is set to 0, which is no limit (libvirt's documentation of virDomainSetBlkioParameters).
  const gone = rowsIn(running).filter((row) => wanted.every((other) => other['path'] !== row['path']));
  const paths = [...wanted, ...gone.map(({ path }): FieldRow => ({ path: path ?? null }))];
  const params = amounts.flatMap((name) => {
    const said = paths.filter((row) => numberCell(row, name) !== null || isSaid(running, row, name));
    if (said.length === 0) return [];
    const words = said.map((row) => `${cell(row, 'path') ?? ''},${numberCell(row, name) ?? 0}`).join(',');
    return [{ field: `device_${name}`, type: 'string', value: words } as const];
  });
  if (params.length > 0) await host.job(remote.domainSetBlkioParameters, { dom, params, flags: Affect.live });
}

const isSaid = (running: XmlElement, row: FieldRow, name: string): boolean =>
  rowsIn(running).some((other) => other['path'] === row['path'] && (other[name] ?? null) !== null);

/** https://libvirt.org/formatdomain.html#block-i-o-tuning */
export const diskShares: readonly BoundField[] = only(
  (context) => isQemu(context) || isContainer(context),
  listOf(
    'disk-shares',
    {
      label: 'Limits at disks of the host',
      help: 'How much of a disk of the host all of the guest’s disks on it may take together. A single disk’s limits are on its own page.',
      section: 'Share of the host',
      advanced: true,
      columns: (context) => [
        textField(
          'path',
          { label: 'Disk of the host', maxLength: 4096, pattern: { source: '/dev/[^,]+', says: 'Like /dev/sda.' } },
          context,
        ),
        numberField('weight', { label: 'Weight', unset: 'As the others', min: 10, max: 1000 }, context),
        numberField('read_iops_sec', { label: 'Reads', unset: 'No limit', min: 1, max: 4_294_967_295, unit: '/s' }, context),
        numberField('write_iops_sec', { label: 'Writes', unset: 'No limit', min: 1, max: 4_294_967_295, unit: '/s' }, context),
        { ...plain('read_bytes_sec', { label: 'Read a second', unset: 'No limit' }, context), kind: 'size', min: 1024, max: BYTES_MAX },
        { ...plain('write_bytes_sec', { label: 'Written a second', unset: 'No limit' }, context), kind: 'size', min: 1024, max: BYTES_MAX },
      ],
      add: {
        label: 'Add a disk',
        row: { path: '/dev/sda', weight: null, read_iops_sec: null, write_iops_sec: null, read_bytes_sec: null, write_bytes_sec: null },
      },
      max: 64,
      live: setLive,
    },
    rowsIn,
    withRows,
  ),
);
