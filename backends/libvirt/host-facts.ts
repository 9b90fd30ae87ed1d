import { hostname } from 'node:os';
import type { HostFacts } from '#model/host';
import type { Procedure } from './protocol/procedure.ts';
import { remote } from './protocol/remote.ts';
import { bytesOfKiB, versionOf } from './to-model.ts';

type Call = <A, R>(procedure: Procedure<A, R>, args: A) => Promise<R>;

/** What a host is. Not by CONNECT_GET_HOSTNAME: for want of an answer from DNS that takes five seconds, and this computer knows its name. */
export async function readHostFacts(call: Call): Promise<HostFacts> {
  const [{ type }, { hvVer }, { libVer }, node] = await Promise.all([
    call(remote.connectGetType, {}),
    // The test driver and some others have no version of their own.
    call(remote.connectGetVersion, {}).catch(() => ({ hvVer: 0n })),
    call(remote.connectGetLibVersion, {}),
    call(remote.nodeGetInfo, {}),
  ]);
  return {
    hostname: hostname(),
    hypervisor: type,
    hypervisorVersion: versionOf(hvVer),
    daemonVersion: versionOf(libVer),
    arch: node.model,
    cpus: Math.max(1, node.cpus),
    memory: bytesOfKiB(node.memory),
  };
}
