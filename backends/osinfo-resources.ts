import type { OperatingSystem } from '#model/guest-spec';
import { GiB } from '#model/quantity';
import type { OsRecord, Resources } from './osinfo-file.ts';
import { ancestry, type OsRecords } from './osinfo-records.ts';

/** For systems of which the database says nothing: what a current desktop is comfortable with. */
const fallback = { memory: 4 * GiB, vcpus: 2, disk: 25 * GiB };

/** What the wizard proposes. */
export function recommendedFor(records: OsRecords, record: OsRecord, arch: string): OperatingSystem['recommended'] {
  const line = ancestry(records, record).flatMap((each) =>
    [arch, 'all'].flatMap((wanted) => each.resources.filter((resources) => resources.arch === wanted)),
  );
  // A minimum is what an installer refuses to go below, not what is pleasant: twice that, as virt-install has it.
  const pick = (field: (resources: Resources, kind: 'recommended' | 'minimum') => number | null) => {
    for (const resources of line) {
      const recommended = field(resources, 'recommended');
      const minimum = field(resources, 'minimum');
      if (recommended !== null || minimum !== null) return Math.max(recommended ?? 0, recommended === null ? (minimum ?? 0) * 2 : 0);
    }
    return null;
  };
  return {
    memory: pick((resources, kind) => resources[kind].memory) ?? fallback.memory,
    vcpus: pick((resources, kind) => resources[kind].vcpus) ?? fallback.vcpus,
    disk: pick((resources, kind) => resources[kind].disk) ?? fallback.disk,
  };
}

/** What is written of the system itself or, where it says nothing, of the nearest that it comes from. */
export function statedResources(records: OsRecords, record: OsRecord): readonly Resources[] {
  return ancestry(records, record).find((each) => each.resources.length > 0)?.resources ?? [];
}
