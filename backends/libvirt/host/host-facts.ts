import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostFacts } from '#model/host';
import type { Procedure } from '../protocol/procedure.ts';
import { remote } from '../protocol/remote.ts';
import { LibvirtError } from '../rpc/libvirt-error.ts';
import { bytesOfKiB, versionOf } from '../to-model.ts';
import { attribute, child, children, parseXml, text, type XmlElement } from '../xml/document.ts';

// libvirt: VIR_NODE_MEMORY_STATS_ALL_CELLS.
const ALL_CELLS = -1;

type Call = <A, R>(procedure: Procedure<A, R>, args: A) => Promise<R>;

/** The daemon asks DNS for its host's own full name, which without an answer takes five seconds (libvirt: src/util/virutil.c, virGetHostname). */
const NAME_MS = 1500;

/** What else a host may call itself is nothing to be repeated in sentences. */
const HOST_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$/;

/** What a host is. `address`: at which it was reached; null: it is this computer. */
export async function readHostFacts(call: Call, address: string | null): Promise<HostFacts> {
  const [name, { type }, { hvVer }, { libVer }, node, memory, { sysinfo }] = await Promise.all([
    address === null ? hostname() : nameOf(call, address),
    call(remote.connectGetType, {}),
    // The test driver and some others have no version of their own.
    call(remote.connectGetVersion, {}).catch(refusedAs({ hvVer: 0n })),
    call(remote.connectGetLibVersion, {}),
    call(remote.nodeGetInfo, {}),
    totalMemory(call),
    // What the firmware says, which the daemon has at hand. The capabilities would name a family of processors, and take seconds to be found out.
    call(remote.connectGetSysinfo, { flags: 0 }).catch(refusedAs({ sysinfo: '' })),
  ]);
  return {
    hostname: name,
    hypervisor: type,
    hypervisorVersion: versionOf(hvVer),
    daemonVersion: versionOf(libVer),
    arch: node.model,
    cpus: Math.max(1, node.cpus),
    cpuModel: cpuModelIn(sysinfo),
    memory: bytesOfKiB(memory ?? node.memory),
  };
}

/** Of another computer: what it calls itself, or its address where it does not say so soon. */
async function nameOf(call: Call, address: string): Promise<string> {
  const late = new AbortController();
  const answer = call(remote.connectGetHostname, {}).catch(refusedAs({ hostname: '' }));
  const patience = sleep(NAME_MS, { hostname: '' }, { signal: late.signal, ref: false }).catch(() => ({ hostname: '' }));
  const told = await Promise.race([answer, patience]);
  late.abort();
  // Nobody waits for it any more, and a lost connection is told by the other calls.
  answer.catch(() => undefined);
  return HOST_NAME.test(told.hostname) ? told.hostname : address;
}

/** Of the first processor, in libvirt's sysinfo document (https://libvirt.org/formatdomain.html#smbios-system-information); null where it is not told. */
export function cpuModelIn(sysinfo: string): string | null {
  if (sysinfo === '') return null;
  const version = children(child(parsed(sysinfo), 'processor'), 'entry').find((entry) => attribute(entry, 'name') === 'version');
  return (version && text(version).replaceAll(/\s+/g, ' ').trim()) || null;
}

/** Firmware says what it likes, also what makes no document; that must not keep anybody from the host. */
function parsed(sysinfo: string): XmlElement | null {
  try {
    return parseXml(sysinfo);
  } catch {
    return null;
  }
}

/** In KiB. NODE_GET_INFO's figure leaves some machines' memory out; its statistics are the kernel's own. Null where there are none. */
async function totalMemory(call: Call): Promise<bigint | null> {
  const statistics = (nparams: number) => call(remote.nodeGetMemoryStats, { nparams, cellNum: ALL_CELLS, flags: 0 });
  const none = { params: [], nparams: 0 };
  const { nparams } = await statistics(0).catch(refusedAs(none));
  const { params } = nparams > 0 ? await statistics(nparams).catch(refusedAs(none)) : none;
  return params.find(({ field }) => field === 'total')?.value ?? null;
}

/** For what a driver may not know: its no is this answer; a lost connection is still an error. */
function refusedAs<T>(answer: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof LibvirtError) return answer;
    throw error;
  };
}
