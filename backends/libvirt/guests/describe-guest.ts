import { setTimeout as sleep } from 'node:timers/promises';
import type { GuestDetails, GuestJob } from '#model/guest';
import { StatisticsFlag, StatisticsGroup } from './domain-statistics.ts';
import { consolesOf, disksOf, nicsOf } from './guest-devices.ts';
import { externalDisplaysOf } from './external-displays.ts';
import { diskJobsOf } from './disk-jobs.ts';
import { jobOf } from './guest-job.ts';
import { lentAddresses } from './lent-addresses.ts';
import { DomainXml, type LibvirtHost } from '../host/libvirt-host.ts';
import type { Domain } from '../protocol/objects.ts';
import { remote } from '../protocol/remote.ts';
import { bytesOf } from '../to-model.ts';
import { attribute, child, descendants, parseXml, path, textAt, type XmlElement } from '../xml/document.ts';

/** Sizes and addresses are worth no longer wait: a dead file server must not keep a page from opening. */
const PATIENCE_MS = 3000;

/** All that the guest's own documents tell, with the size of its disks and the addresses it was lent, and whether changes wait for its next start. */
export async function describeGuest(host: LibvirtHost, dom: Domain, changesPending: Promise<boolean>): Promise<GuestDetails> {
  const reading = host.domainXml(dom, DomainXml.live).then(parseXml);
  const [live, inactive, capacities, addresses, jobs, diskJobs, pending] = await Promise.all([
    reading,
    host.domainXml(dom, DomainXml.inactive).then(parseXml),
    soon(capacitiesOf(host, dom)),
    soon(lentAddresses(host, dom, reading)),
    inTime(jobsOf(host, dom), []),
    inTime(
      reading.then((domain) => diskJobsOf(host, dom, domain)),
      [],
    ),
    changesPending,
  ]);
  const type = path(live, 'os', 'type');
  return {
    id: dom.uuid,
    title: textAt(live, 'title'),
    description: textAt(live, 'description'),
    os: operatingSystem(live),
    virtualization: virtualization(attribute(live, 'type') ?? ''),
    arch: attribute(type, 'arch') ?? host.facts.arch,
    machine: attribute(type, 'machine'),
    firmware: firmwareOf(live),
    // While it runs, libvirt shows what became of "host-model"; the person chose that.
    cpuModel: cpuModel(inactive),
    disks: disksOf(live, capacities),
    nics: nicsOf(live, addresses),
    consoles: [...consolesOf(live), ...externalDisplaysOf(live, host)],
    changesPending: pending,
    jobs: [...jobs, ...diskJobs],
  };
}

/** The map, or an empty one where it cannot be had in time. */
async function soon<V>(map: Promise<ReadonlyMap<string, V>>): Promise<ReadonlyMap<string, V>> {
  const none: ReadonlyMap<string, V> = new Map();
  return inTime(map, none);
}

function inTime<T>(answer: Promise<T>, instead: T): Promise<T> {
  return Promise.race([answer.catch(() => instead), sleep(PATIENCE_MS, instead, { ref: false })]);
}

/** What the host is doing with the guest now. */
async function jobsOf(host: LibvirtHost, dom: Domain): Promise<GuestJob[]> {
  if (dom.id < 0) return [];
  const job = await jobOf((procedure, args) => host.job(procedure, args), dom);
  return job === null ? [] : [job];
}

async function capacitiesOf(host: LibvirtHost, dom: Domain): Promise<ReadonlyMap<string, number>> {
  const { retStats } = await host.job(remote.connectGetAllDomainStats, {
    doms: [dom],
    stats: StatisticsGroup.block,
    flags: StatisticsFlag.noWait,
  });
  const values = new Map(retStats.flatMap(({ params }) => params.map(({ field, value }) => [field, value] as const)));
  const capacities = new Map<string, number>();
  for (const [field, name] of values) {
    const prefix = /^(block\.\d+\.)name$/.exec(field)?.[1];
    const capacity = values.get(`${prefix}capacity`);
    if (prefix !== undefined && typeof capacity === 'bigint') capacities.set(String(name), bytesOf(capacity));
  }
  return capacities;
}

const types: ReadonlyMap<string, string> = new Map([
  ['kvm', 'KVM'],
  ['qemu', 'emulated (TCG)'],
  ['lxc', 'container'],
  ['xen', 'Xen'],
]);
const virtualization = (type: string) => types.get(type) ?? type;

/** virt-manager, virt-install and this program note the operating system's osinfo id: "http://debian.org/debian/12". */
function operatingSystem(domain: XmlElement): string | null {
  const noted = descendants(child(domain, 'metadata'), '{http://libosinfo.org/xmlns/libvirt/domain/1.0}os')[0] ?? null;
  const [name, ...version] = (attribute(noted, 'id') ?? '').split('/').filter(Boolean).slice(2);
  if (name === undefined) return null;
  return [systemNames.get(name) ?? name.charAt(0).toUpperCase() + name.slice(1), ...version].join(' ');
}

// osinfo ids are lower case; where a capital letter in front is not all that is missing.
const systemNames: ReadonlyMap<string, string> = new Map([
  ['almalinux', 'AlmaLinux'],
  ['centos', 'CentOS'],
  ['freebsd', 'FreeBSD'],
  ['macosx', 'macOS'],
  ['netbsd', 'NetBSD'],
  ['openbsd', 'OpenBSD'],
  ['opensuse', 'openSUSE'],
  ['rhel', 'RHEL'],
  ['win', 'Windows'],
]);

function firmwareOf(domain: XmlElement): GuestDetails['firmware'] {
  const os = child(domain, 'os');
  if (textAt(os, 'type') !== 'hvm') return null;
  const loader = child(os, 'loader');
  if (attribute(os, 'firmware') === 'efi' || attribute(loader, 'type') === 'pflash') return 'uefi';
  if (attribute(os, 'firmware') === 'bios') return 'bios';
  // Without a word on it x86 machines get a BIOS; others have firmware of their own kind.
  return /^(x86_64|i[3-6]86)$/.test(attribute(child(os, 'type'), 'arch') ?? '') ? 'bios' : null;
}

function cpuModel(domain: XmlElement): string | null {
  const cpu = child(domain, 'cpu');
  return textAt(cpu, 'model') ?? attribute(cpu, 'mode');
}
