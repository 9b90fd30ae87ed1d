import type { TypedParameter } from '../protocol/typed-parameter.ts';

// libvirt: include/libvirt/libvirt-domain.h, virDomainStatsTypes and virConnectGetAllDomainStatsFlags.
export const StatisticsGroup = { state: 1, cpu: 2, balloon: 4, vcpu: 8, net: 16, block: 32 } as const;
export const StatisticsFlag = {
  active: 1,
  /** Leave out what would wait for a busy guest: one stuck guest must not hold the answer about all. */
  noWait: 1 << 29,
} as const;

/** What was found of the single-valued fields, and the sums over all disks and network cards; null: nothing was told. Memory is in KiB, time in ns. */
export interface DomainStatistics {
  state: number | null;
  cpuTime: number | null;
  vcpus: number | null;
  memory: number | null;
  memoryMax: number | null;
  available: number | null;
  usable: number | null;
  unused: number | null;
  rss: number | null;
  diskRead: number | null;
  diskWritten: number | null;
  netReceived: number | null;
  netSent: number | null;
}

/** Reads one guest's parameters; names are those of virConnectGetAllDomainStats' documentation, others are passed over. */
export function readStatistics(params: readonly TypedParameter[]): DomainStatistics {
  const found: DomainStatistics = {
    state: null,
    cpuTime: null,
    vcpus: null,
    memory: null,
    memoryMax: null,
    available: null,
    usable: null,
    unused: null,
    rss: null,
    diskRead: null,
    diskWritten: null,
    netReceived: null,
    netSent: null,
  };
  for (const { field, value } of params) {
    switch (field) {
      case 'state.state':
        found.state = Number(value);
        break;
      case 'cpu.time':
        found.cpuTime = Number(value);
        break;
      case 'vcpu.current':
        found.vcpus = Number(value);
        break;
      case 'balloon.current':
        found.memory = Number(value);
        break;
      case 'balloon.maximum':
        found.memoryMax = Number(value);
        break;
      case 'balloon.available':
        found.available = Number(value);
        break;
      case 'balloon.usable':
        found.usable = Number(value);
        break;
      case 'balloon.unused':
        found.unused = Number(value);
        break;
      case 'balloon.rss':
        found.rss = Number(value);
        break;
      // Of a guest without disks or cards this is all that is told.
      case 'block.count':
        found.diskRead ??= 0;
        found.diskWritten ??= 0;
        break;
      case 'net.count':
        found.netReceived ??= 0;
        found.netSent ??= 0;
        break;
      default:
        addDevice(found, field, value);
    }
  }
  return found;
}

// "block.3.rd.bytes", "net.0.tx.bytes".
function addDevice(found: DomainStatistics, field: string, value: TypedParameter['value']): void {
  if (!field.endsWith('.bytes')) return;
  if (field.startsWith('block.')) {
    if (field.endsWith('.rd.bytes')) found.diskRead = (found.diskRead ?? 0) + Number(value);
    else if (field.endsWith('.wr.bytes')) found.diskWritten = (found.diskWritten ?? 0) + Number(value);
  } else if (field.startsWith('net.')) {
    if (field.endsWith('.rx.bytes')) found.netReceived = (found.netReceived ?? 0) + Number(value);
    else if (field.endsWith('.tx.bytes')) found.netSent = (found.netSent ?? 0) + Number(value);
  }
}
