import { failedWith } from '../failed-with.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import { isControlDomain } from '#model/guest';
import type { Measure } from '#model/sample';
import type { DomainStatistics } from './domain-statistics.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { attribute, child, children, parseXml } from '../xml/document.ts';

export type Traffic = Pick<DomainStatistics, 'diskRead' | 'diskWritten' | 'netReceived' | 'netSent'>;

/** All disks of a guest at once (virDomainBlockStats: an empty string). */
const ALL_DISKS = '';

/** What one guest's disks and cards carried, for drivers that do not count in bulk; null where this one does not count either. */
export async function readTraffic(host: Pick<LibvirtHost, 'call'>, dom: Domain, measures: ReadonlySet<Measure>): Promise<Traffic> {
  const [disks, cards] = await Promise.all([
    measures.has('disk') ? orNull(diskTraffic(host, dom)) : null,
    measures.has('network') ? orNull(cardTraffic(host, dom)) : null,
  ]);
  return {
    diskRead: disks?.read ?? null,
    diskWritten: disks?.written ?? null,
    netReceived: cards?.received ?? null,
    netSent: cards?.sent ?? null,
  };
}

/** It ended meanwhile, or the driver does not count: nothing is told. */
const orNull = <T>(answer: Promise<T>): Promise<T | null> =>
  answer.catch((error: unknown) => {
    if (failedWith(error, 'connection-lost', 'cancelled')) throw error;
    return null;
  });

async function diskTraffic(host: Pick<LibvirtHost, 'call'>, dom: Domain) {
  // What Xen's own system reads and writes is the host's, and not counted.
  if (isControlDomain({ id: dom.uuid })) return null;
  const { rdBytes, wrBytes } = await host.call(remote.domainBlockStats, { dom, path: ALL_DISKS });
  return { read: counter(rdBytes), written: counter(wrBytes) };
}

/** As the guest sees them: libvirt looks at the host's end, and turns the two round. */
async function cardTraffic(host: Pick<LibvirtHost, 'call'>, dom: Domain) {
  if (isControlDomain({ id: dom.uuid })) return null;
  const { xml } = await host.call(remote.domainGetXmlDesc, { dom, flags: DomainXml.live });
  const devices = children(child(parseXml(xml), 'devices'), 'interface').flatMap((card) => attribute(child(card, 'target'), 'dev') ?? []);
  const each = await Promise.all(devices.map((device) => host.call(remote.domainInterfaceStats, { dom, device })));
  return {
    received: sumOf(each.map(({ rxBytes }) => rxBytes)),
    sent: sumOf(each.map(({ txBytes }) => txBytes)),
  };
}

/** -1 stands for what a driver does not count. */
const counter = (value: bigint): number | null => (value < 0n ? null : Number(value));

const sumOf = (values: readonly bigint[]): number | null =>
  values.some((value) => value < 0n) ? null : values.reduce((sum, value) => sum + Number(value), 0);
