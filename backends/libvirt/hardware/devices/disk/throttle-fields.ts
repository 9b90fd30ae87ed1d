import type { FieldProblem, FieldValues } from '#model/hardware-field';
import { GiB } from '#model/quantity';
import { remote } from '../../../protocol/remote.ts';
import type { TypedParameter } from '../../../protocol/typed-parameter.ts';
import { Affect } from '../../../guests/both-definitions.ts';
import { attribute, child } from '../../../xml/document.ts';
import { numberAt, numberIn, plain, readAt, writeAt } from '../../bound-fields.ts';
import type { BoundField, LiveTarget } from '../../device-kind.ts';

interface Limit {
  readonly key: string;
  /** Of <iotune>, and of virDomainSetBlockIoTune as well. */
  readonly name: string;
  readonly label: string;
  readonly sort: 'bytes' | 'iops';
  readonly burst: boolean;
}

const limit = (key: string, name: string, label: string, sort: Limit['sort'], burst = false): Limit => ({ key, name, label, sort, burst });

/** https://libvirt.org/formatdomain.html, "iotune". */
const limits: readonly Limit[] = [
  limit('totalBytes', 'total_bytes_sec', 'Reading and writing', 'bytes'),
  limit('readBytes', 'read_bytes_sec', 'Reading', 'bytes'),
  limit('writeBytes', 'write_bytes_sec', 'Writing', 'bytes'),
  limit('totalIops', 'total_iops_sec', 'Reads and writes', 'iops'),
  limit('readIops', 'read_iops_sec', 'Reads', 'iops'),
  limit('writeIops', 'write_iops_sec', 'Writes', 'iops'),
  limit('totalBytesMax', 'total_bytes_sec_max', 'Reading and writing, in bursts', 'bytes', true),
  limit('readBytesMax', 'read_bytes_sec_max', 'Reading, in bursts', 'bytes', true),
  limit('writeBytesMax', 'write_bytes_sec_max', 'Writing, in bursts', 'bytes', true),
  limit('totalIopsMax', 'total_iops_sec_max', 'Reads and writes, in bursts', 'iops', true),
  limit('readIopsMax', 'read_iops_sec_max', 'Reads, in bursts', 'iops', true),
  limit('writeIopsMax', 'write_iops_sec_max', 'Writes, in bursts', 'iops', true),
];

const section = 'Limits';
const told = new WeakSet<LiveTarget>();

/** libvirt takes all limits at once, and forgets those that are not said: so the first of the changed fields tells all. */
async function tellLimits(target: LiveTarget): Promise<void> {
  if (told.has(target)) return;
  told.add(target);
  const { host, dom, element: disk, values } = target;
  const params = limits.map(({ key, name }): TypedParameter => {
    const value = values[key];
    return { field: name, type: 'ullong', value: BigInt(typeof value === 'number' ? Math.round(value) : 0) };
  });
  const name = attribute(child(disk, 'target'), 'dev') ?? '';
  await host.job(remote.domainSetBlockIoTune, { dom, disk: name, params, flags: Affect.live });
}

export const throttleFields: readonly BoundField[] = limits.map(({ key, name, label, sort, burst }): BoundField => {
  const at = `iotune/${name}`;
  const common = { label, section, advanced: burst, unset: 'No limit', live: tellLimits };
  if (sort === 'iops') return numberAt(key, at, { ...common, min: 1, max: 1_000_000_000, unit: 'per second' });
  return {
    field: (context) => ({
      ...plain(key, { ...common, help: 'In each second.' }, context),
      kind: 'size',
      min: 1024,
      max: 1024 * GiB,
    }),
    read: (disk) => numberIn(readAt(disk, at)),
    write: (disk, value) => writeAt(disk, at, typeof value === 'number' ? String(value) : null),
    live: tellLimits,
    at,
  };
});

/** QEMU has either one limit for both directions or one for each (qemuDomainBlockIoTune: "total and read/write … cannot be set"). */
export function throttleProblems(values: FieldValues): FieldProblem[] {
  const has = (key: string) => typeof values[key] === 'number';
  return ['Bytes', 'Iops', 'BytesMax', 'IopsMax'].flatMap((kind): FieldProblem[] => {
    const both = has(`total${kind}`) && (has(`read${kind}`) || has(`write${kind}`));
    const problems: FieldProblem[] = both
      ? [{ field: `total${kind}`, message: 'Either one limit for both directions or one for each: clear this one or the others.' }]
      : [];
    return problems;
  });
}

/** A burst needs the limit that it goes beyond. */
export function burstProblems(values: FieldValues): FieldProblem[] {
  return limits.flatMap(({ key, burst }): FieldProblem[] => {
    if (!burst) return [];
    const top = values[key];
    const usual = values[key.replace(/Max$/, '')];
    if (typeof top !== 'number') return [];
    if (typeof usual !== 'number') return [{ field: key, message: 'Set the lasting limit too: a burst is what goes beyond it.' }];
    return top < usual ? [{ field: key, message: 'A burst cannot be slower than the lasting limit.' }] : [];
  });
}
