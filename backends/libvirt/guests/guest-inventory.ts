import type { HostObject } from '#model/inventory';
import { describeEach, type Details } from '../host/describe-each.ts';
import { failedWith } from '../failed-with.ts';
import type { LibvirtHost } from '../host/libvirt-host.ts';
import { joined, takenAt } from '../host/object-details.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { parseXml, textAt } from '../xml/document.ts';

// libvirt: VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN.
const WITHOUT_DOMAIN = 2;
const plain = { persistent: null, autostart: null } as const;

export async function listSnapshots(host: LibvirtHost, dom: Domain): Promise<HostObject[]> {
  const [{ snapshots }, current] = await Promise.all([
    host.call(remote.domainListAllSnapshots, { dom, needResults: 1, flags: 0 }),
    currentOf(host, dom),
  ]);
  const described = await describeEach(snapshots, async (snap) => {
    const document = parseXml((await host.call(remote.domainSnapshotGetXmlDesc, { snap, flags: 0 })).xml);
    return {
      parent: textAt(document, 'parent', 'name'),
      detail: joined([takenAt(textAt(document, 'creationTime')), textAt(document, 'state'), textAt(document, 'description')]),
    };
  });
  return objects(snapshots, described, (name) => name === current);
}

export async function listCheckpoints(host: LibvirtHost, dom: Domain): Promise<HostObject[]> {
  const { checkpoints } = await host.call(remote.domainListAllCheckpoints, { dom, needResults: 1, flags: 0 });
  const described = await describeEach(checkpoints, async (checkpoint) => {
    const document = parseXml((await host.call(remote.domainCheckpointGetXmlDesc, { checkpoint, flags: WITHOUT_DOMAIN })).xml);
    return {
      parent: textAt(document, 'parent', 'name'),
      detail: joined([takenAt(textAt(document, 'creationTime')), textAt(document, 'description')]),
    };
  });
  return objects(checkpoints, described, () => null);
}

function objects(
  handles: readonly { readonly name: string }[],
  described: readonly (Details | null)[],
  active: (name: string) => boolean | null,
): HostObject[] {
  return handles.flatMap(({ name }, index) => {
    const details = described[index];
    if (details === null) return [];
    return [{ id: name, name, active: active(name), ...plain, ...(details ?? { parent: null, detail: '' }) }];
  });
}

/** The snapshot that the guest goes on from; null where it has none. */
async function currentOf(host: LibvirtHost, dom: Domain): Promise<string | null> {
  try {
    return (await host.call(remote.domainSnapshotCurrent, { dom, flags: 0 })).snap.name;
  } catch (error) {
    if (failedWith(error, 'not-found', 'unsupported')) return null;
    throw error;
  }
}
