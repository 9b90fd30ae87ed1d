import type { Domain, Network, Pool, Volume } from '../../backends/libvirt/protocol/objects.ts';
import type { Procedure, StreamProcedure } from '../../backends/libvirt/protocol/procedure.ts';
import { qemu } from '../../backends/libvirt/protocol/qemu.ts';
import { remote } from '../../backends/libvirt/protocol/remote.ts';
import type { Session } from '../../backends/libvirt/rpc/session.ts';

/** One of each kind that a driver has; made up where it has none, so that the daemon says what is missing. */
export interface Specimens {
  readonly dom: Domain;
  readonly net: Network;
  readonly pool: Pool;
  readonly vol: Volume;
  readonly iface: { readonly name: string; readonly mac: string };
  readonly device: { readonly name: string };
  readonly secret: { readonly uuid: string; readonly usageType: number; readonly usageId: string };
  readonly filter: { readonly name: string; readonly uuid: string };
  readonly binding: { readonly portdev: string; readonly filtername: string };
  readonly port: { readonly net: Network; readonly uuid: string };
  readonly snap: { readonly name: string; readonly dom: Domain };
  readonly checkpoint: { readonly name: string; readonly dom: Domain };
  /** The target of the domain's disk and of its network interface. */
  readonly disk: string;
  readonly nic: string;
  /** A domain with managed save, and the file that its memory is in. */
  readonly asleep: Domain;
  readonly saved: string;
  /** The target of a disk without a format. */
  readonly rawDisk: string;
  readonly domainXml: string;
  readonly cpuXml: string;
}

export interface ReadCall {
  readonly name: string;
  readonly stream: boolean;
  /** The session is of no use afterwards. */
  readonly spends: boolean;
  run(session: Session, specimens: Specimens): Promise<unknown>;
}

const reads: ReadCall[] = [];

function ask<Args, Result>(procedure: Procedure<Args, Result>, args: (of: Specimens) => Args, spends = false): void {
  reads.push({ name: procedure.name, stream: false, spends, run: (session, specimens) => session.call(procedure, args(specimens)) });
}

/** Procedures that take the same. */
function askAll<Args>(procedures: readonly Procedure<Args, unknown>[], args: (of: Specimens) => Args): void {
  for (const procedure of procedures) ask(procedure, args);
}

function listen<Args, Result>(procedure: StreamProcedure<Args, Result>, args: (of: Specimens) => Args): void {
  reads.push({
    name: procedure.name,
    stream: true,
    spends: false,
    async run(session, specimens) {
      const { reply, stream } = await session.openStream(procedure, args(specimens));
      await stream.abort();
      return reply;
    },
  });
}

const r = remote;
/** Two-step calls are made with enough room at once; without STRING_OKAY parameters that are strings are left out. */
const STRING_OKAY = 4;
const none = () => ({});
const ofDomain = ({ dom }: Specimens) => ({ dom });
const ofDomainFlags = ({ dom }: Specimens) => ({ dom, flags: 0 });
const list = () => ({ needResults: 1, flags: 0 });

// The connection and its host
askAll([r.authList, r.connectGetType, r.connectGetVersion, r.connectGetLibVersion, r.connectGetHostname, r.connectGetUri], none);
askAll([r.connectGetCapabilities, r.nodeGetInfo, r.nodeGetFreeMemory, r.nodeGetSecurityModel, r.connectIsSecure], none);
askAll(
  [r.connectRegisterCloseCallback, r.connectUnregisterCloseCallback, r.connectDomainEventRegister, r.connectDomainEventDeregister],
  none,
);
askAll([r.connectNumOfDomains, r.connectNumOfDefinedDomains, r.connectNumOfNetworks, r.connectNumOfDefinedNetworks], none);
askAll([r.connectNumOfStoragePools, r.connectNumOfDefinedStoragePools, r.connectNumOfInterfaces, r.connectNumOfDefinedInterfaces], none);
askAll([r.connectNumOfSecrets, r.connectNumOfNwfilters], none);
ask(r.authPolkit, none, true);
ask(r.authSaslInit, none, true);
ask(r.authSaslStart, () => ({ mech: 'PLAIN', nil: 1, data: new Uint8Array() }), true);
ask(r.authSaslStep, () => ({ nil: 1, data: new Uint8Array() }), true);
ask(r.connectClose, none, true);
ask(r.connectOpen, () => ({ name: '', flags: 0 }), true);
ask(r.connectSupportsFeature, () => ({ feature: 10 }));
ask(r.connectGetDomainCapabilities, () => ({ emulatorbin: null, arch: 'x86_64', machine: null, virttype: null, flags: 0 }));
ask(r.connectGetMaxVcpus, () => ({ type: null }));
ask(r.connectGetCpuModelNames, () => ({ arch: 'x86_64', needResults: 1, flags: 0 }));
const emulator = { emulator: null, arch: null, machine: null, virttype: 'qemu', flags: 0 };
ask(r.connectCompareHypervisorCpu, ({ cpuXml }) => ({ ...emulator, xmlCpu: cpuXml }));
ask(r.connectBaselineHypervisorCpu, ({ cpuXml }) => ({ ...emulator, xmlCpus: [cpuXml] }));
ask(r.connectCompareCpu, ({ cpuXml }) => ({ xml: cpuXml, flags: 0 }));
ask(r.connectBaselineCpu, ({ cpuXml }) => ({ xmlCpus: [cpuXml], flags: 0 }));
ask(r.connectDomainXmlToNative, ({ domainXml }) => ({ nativeFormat: 'qemu-argv', domainXml, flags: 0 }));
ask(r.connectDomainXmlFromNative, () => ({ nativeFormat: 'lxc-tools', nativeConfig: 'lxc.rootfs.path = /\nlxc.uts.name = x\n', flags: 0 }));
ask(r.connectGetSysinfo, () => ({ flags: 0 }));
ask(r.connectGetStoragePoolCapabilities, () => ({ flags: 0 }));
ask(r.nodeGetMemoryParameters, () => ({ nparams: 8, flags: STRING_OKAY }));
ask(r.nodeGetSevInfo, () => ({ nparams: 0, flags: STRING_OKAY }));
ask(r.nodeGetCpuStats, () => ({ cpuNum: -1, nparams: 8, flags: 0 }));
ask(r.nodeGetMemoryStats, () => ({ nparams: 4, cellNum: -1, flags: 0 }));
ask(r.nodeGetCpuMap, () => ({ needMap: 1, needOnline: 1, flags: 0 }));
ask(r.nodeGetCellsFreeMemory, () => ({ startCell: 0, maxcells: 8 }));
ask(r.nodeGetFreePages, () => ({ pages: [4], startCell: 0, cellCount: 1, flags: 0 }));

// Lists
askAll([r.connectListAllDomains, r.connectListAllInterfaces, r.connectListAllNetworks, r.connectListAllNodeDevices], list);
askAll([r.connectListAllNwfilters, r.connectListAllNwfilterBindings, r.connectListAllSecrets, r.connectListAllStoragePools], list);
const names = () => ({ maxnames: 1024 });
askAll([r.connectListDefinedDomains, r.connectListNetworks, r.connectListDefinedNetworks, r.connectListNwfilters], names);
askAll([r.connectListStoragePools, r.connectListDefinedStoragePools, r.connectListInterfaces, r.connectListDefinedInterfaces], names);
ask(r.connectListDomains, () => ({ maxids: 1024 }));
ask(r.connectListSecrets, () => ({ maxuuids: 1024 }));
ask(r.nodeNumOfDevices, () => ({ cap: null, flags: 0 }));
ask(r.nodeListDevices, () => ({ cap: null, maxnames: 1024, flags: 0 }));

// Domains
ask(r.domainLookupByName, ({ dom }) => ({ name: dom.name }));
ask(r.domainLookupByUuid, ({ dom }) => ({ uuid: dom.uuid }));
ask(r.domainLookupById, ({ dom }) => ({ id: dom.id }));
askAll(
  [r.domainGetMaxVcpus, r.domainGetMaxMemory, r.domainGetSchedulerType, r.domainGetSecurityLabelList, r.domainGetSecurityLabel],
  ofDomain,
);
askAll([r.domainGetJobInfo, r.domainGetInfo, r.domainIsActive, r.domainIsPersistent, r.domainIsUpdated, r.domainGetAutostart], ofDomain);
askAll([r.domainGetOsType, r.domainGetAutostartOnce], ofDomain);
askAll([r.domainGetXmlDesc, r.domainGetState, r.domainGetControlInfo, r.domainGetMessages, r.domainGetHostname], ofDomainFlags);
askAll([r.domainGetVcpusFlags, r.domainGetIothreadInfo, r.domainGetGuestVcpus, r.domainGetLaunchSecurityInfo], ofDomainFlags);
askAll([r.domainMigrateGetMaxSpeed, r.domainMigrateGetCompressionCache, r.domainMigrateGetMaxDowntime], ofDomainFlags);
askAll([r.domainHasManagedSaveImage, r.domainGetJobStats, r.domainBackupGetXmlDesc], ofDomainFlags);
askAll([r.domainSnapshotCurrent, r.domainHasCurrentSnapshot, r.domainSnapshotNum, r.domainGetPerfEvents], ofDomainFlags);
askAll([r.domainGetFsinfo, r.domainGetTime], ofDomainFlags);
ask(r.domainManagedSaveGetXmlDesc, ({ asleep }) => ({ dom: asleep, flags: 0 }));
ask(r.domainGetMetadata, ({ dom }) => ({ dom, type: 0, uri: null, flags: 0 }));
ask(r.domainGetGuestInfo, ({ dom }) => ({ dom, types: 0, flags: 0 }));
ask(r.domainAuthorizedSshKeysGet, ({ dom }) => ({ dom, user: 'root', flags: 0 }));
askAll(
  [r.domainGetSchedulerParametersFlags, r.domainGetMemoryParameters, r.domainGetNumaParameters, r.domainGetBlkioParameters],
  ({ dom }) => ({ dom, nparams: 16, flags: STRING_OKAY }),
);
ask(r.domainGetSchedulerParameters, ({ dom }) => ({ dom, nparams: 16 }));
ask(r.domainGetVcpus, ({ dom }) => ({ dom, maxinfo: 1, maplen: 1 }));
ask(r.domainGetVcpuPinInfo, ({ dom }) => ({ dom, ncpumaps: 1, maplen: 1, flags: 0 }));
ask(r.domainGetEmulatorPinInfo, ({ dom }) => ({ dom, maplen: 1, flags: 0 }));
ask(r.domainGetCpuStats, ({ dom }) => ({ dom, nparams: 4, startCpu: -1, ncpus: 1, flags: STRING_OKAY }));
ask(r.domainMemoryStats, ({ dom }) => ({ dom, maxStats: 16, flags: 0 }));
ask(r.domainMemoryPeek, ({ dom }) => ({ dom, offset: 0n, size: 64, flags: 2 }));
ask(r.connectGetAllDomainStats, () => ({ doms: [], stats: 0, flags: 0 }));
listen(r.domainOpenConsole, ({ dom }) => ({ dom, devName: null, flags: 1 }));
listen(r.domainOpenChannel, ({ dom }) => ({ dom, name: 'org.example.0', flags: 0 }));
listen(r.domainScreenshot, ({ dom }) => ({ dom, screen: 0, flags: 0 }));

// Their disks and interfaces
const ofDisk = ({ dom, disk }: Specimens) => ({ dom, path: disk, flags: 0 });
askAll([r.domainGetBlockInfo, r.domainGetBlockJobInfo], ofDisk);
ask(r.domainBlockStats, ({ dom, disk }) => ({ dom, path: disk }));
ask(r.domainBlockStatsFlags, ({ dom, disk }) => ({ dom, path: disk, nparams: 16, flags: STRING_OKAY }));
ask(r.domainGetBlockIoTune, ({ dom, disk }) => ({ dom, disk, nparams: 32, flags: STRING_OKAY }));
ask(r.domainGetDiskErrors, ({ dom }) => ({ dom, maxerrors: 16, flags: 0 }));
ask(r.domainBlockPeek, ({ dom, rawDisk }) => ({ dom, path: rawDisk, offset: 0n, size: 64, flags: 0 }));
ask(r.domainInterfaceStats, ({ dom, nic }) => ({ dom, device: nic }));
ask(r.domainGetInterfaceParameters, ({ dom, nic }) => ({ dom, device: nic, nparams: 16, flags: STRING_OKAY }));
ask(r.domainInterfaceAddresses, ({ dom }) => ({ dom, source: 0, flags: 0 }));

// What is kept of them
askAll([r.domainSnapshotGetXmlDesc, r.domainSnapshotGetParent, r.domainSnapshotIsCurrent, r.domainSnapshotHasMetadata], ({ snap }) => ({
  snap,
  flags: 0,
}));
ask(r.domainSnapshotNumChildren, ({ snap }) => ({ snap, flags: 0 }));
ask(r.domainSnapshotListNames, ({ dom }) => ({ dom, maxnames: 64, flags: 0 }));
ask(r.domainSnapshotListChildrenNames, ({ snap }) => ({ snap, maxnames: 64, flags: 0 }));
ask(r.domainSnapshotListAllChildren, ({ snap }) => ({ snapshot: snap, needResults: 1, flags: 0 }));
ask(r.domainSnapshotLookupByName, ({ dom, snap }) => ({ dom, name: snap.name, flags: 0 }));
askAll([r.domainListAllSnapshots, r.domainListAllCheckpoints], ({ dom }) => ({ dom, needResults: 1, flags: 0 }));
ask(r.domainCheckpointLookupByName, ({ checkpoint }) => ({ dom: checkpoint.dom, name: checkpoint.name, flags: 0 }));
askAll([r.domainCheckpointGetXmlDesc, r.domainCheckpointGetParent], ({ checkpoint }) => ({ checkpoint, flags: 0 }));
ask(r.domainCheckpointListAllChildren, ({ checkpoint }) => ({ checkpoint, needResults: 1, flags: 0 }));
ask(r.domainSaveImageGetXmlDesc, ({ saved }) => ({ file: saved, flags: 0 }));

// Storage
askAll([r.storagePoolGetInfo, r.storagePoolGetAutostart, r.storagePoolIsActive, r.storagePoolIsPersistent], ({ pool }) => ({ pool }));
ask(r.storagePoolNumOfVolumes, ({ pool }) => ({ pool }));
ask(r.storagePoolListVolumes, ({ pool }) => ({ pool, maxnames: 64 }));
ask(r.storagePoolListAllVolumes, ({ pool }) => ({ pool, needResults: 1, flags: 0 }));
ask(r.storagePoolGetXmlDesc, ({ pool }) => ({ pool, flags: 0 }));
ask(r.storagePoolLookupByName, ({ pool }) => ({ name: pool.name }));
ask(r.storagePoolLookupByUuid, ({ pool }) => ({ uuid: pool.uuid }));
ask(r.storagePoolLookupByVolume, ({ vol }) => ({ vol }));
ask(r.storagePoolLookupByTargetPath, () => ({ path: '/var/lib/libvirt/images' }));
ask(r.connectFindStoragePoolSources, () => ({ type: 'logical', srcSpec: null, flags: 0 }));
ask(r.storageVolLookupByName, ({ pool, vol }) => ({ pool, name: vol.name }));
ask(r.storageVolLookupByKey, ({ vol }) => ({ key: vol.key }));
ask(r.storageVolLookupByPath, ({ vol }) => ({ path: vol.key }));
askAll([r.storageVolGetInfo, r.storageVolGetPath], ({ vol }) => ({ vol }));
askAll([r.storageVolGetInfoFlags, r.storageVolGetXmlDesc], ({ vol }) => ({ vol, flags: 0 }));
listen(r.storageVolDownload, ({ vol }) => ({ vol, offset: 0n, length: 0n, flags: 0 }));

// Networks, interfaces, filters
ask(r.networkLookupByName, ({ net }) => ({ name: net.name }));
ask(r.networkLookupByUuid, ({ net }) => ({ uuid: net.uuid }));
askAll([r.networkGetBridgeName, r.networkGetAutostart, r.networkIsActive, r.networkIsPersistent], ({ net }) => ({ net }));
ask(r.networkGetXmlDesc, ({ net }) => ({ net, flags: 0 }));
ask(r.networkGetMetadata, ({ net }) => ({ network: net, type: 0, uri: null, flags: 0 }));
ask(r.networkGetDhcpLeases, ({ net }) => ({ net, mac: null, needResults: 1, flags: 0 }));
ask(r.networkListAllPorts, ({ net }) => ({ network: net, needResults: 1, flags: 0 }));
ask(r.networkPortLookupByUuid, ({ net, port }) => ({ network: net, uuid: port.uuid }));
ask(r.networkPortGetParameters, ({ port }) => ({ port, nparams: 16, flags: 0 }));
ask(r.networkPortGetXmlDesc, ({ port }) => ({ port, flags: 0 }));
ask(r.interfaceLookupByName, ({ iface }) => ({ name: iface.name }));
ask(r.interfaceLookupByMacString, ({ iface }) => ({ mac: iface.mac }));
ask(r.interfaceGetXmlDesc, ({ iface }) => ({ iface, flags: 0 }));
ask(r.interfaceIsActive, ({ iface }) => ({ iface }));
ask(r.nwfilterLookupByName, ({ filter }) => ({ name: filter.name }));
ask(r.nwfilterLookupByUuid, ({ filter }) => ({ uuid: filter.uuid }));
ask(r.nwfilterGetXmlDesc, ({ filter }) => ({ nwfilter: filter, flags: 0 }));
ask(r.nwfilterBindingLookupByPortDev, ({ binding }) => ({ name: binding.portdev }));
ask(r.nwfilterBindingGetXmlDesc, ({ binding }) => ({ nwfilter: binding, flags: 0 }));

// Devices, secrets
const named = ({ device }: Specimens) => ({ name: device.name });
askAll([r.nodeDeviceLookupByName, r.nodeDeviceGetParent, r.nodeDeviceNumOfCaps, r.nodeDeviceGetAutostart], named);
askAll([r.nodeDeviceIsPersistent, r.nodeDeviceIsActive], named);
ask(r.nodeDeviceGetXmlDesc, ({ device }) => ({ name: device.name, flags: 0 }));
ask(r.nodeDeviceListCaps, ({ device }) => ({ name: device.name, maxnames: 16 }));
ask(r.nodeDeviceLookupScsiHostByWwn, () => ({ wwnn: '2001001b32a9da4e', wwpn: '2101001b32a9da4e', flags: 0 }));
ask(r.secretLookupByUuid, ({ secret }) => ({ uuid: secret.uuid }));
ask(r.secretLookupByUsage, ({ secret }) => ({ usageType: secret.usageType, usageId: secret.usageId }));
askAll([r.secretGetValue, r.secretGetXmlDesc], ({ secret }) => ({ secret, flags: 0 }));

// Events

/** Registered anew for each, so that there is something to take back. */
function askToUndo<Args>(
  procedure: Procedure<{ readonly callbackId: number }, unknown>,
  register: Procedure<Args, { readonly callbackId: number }>,
  args: Args,
): void {
  reads.push({
    name: procedure.name,
    stream: false,
    spends: false,
    run: async (session) => session.call(procedure, await session.call(register, args)),
  });
}
askToUndo(r.connectDomainEventCallbackDeregisterAny, r.connectDomainEventCallbackRegisterAny, { eventId: 1, dom: null });
askToUndo(r.connectNetworkEventDeregisterAny, r.connectNetworkEventRegisterAny, { eventId: 0, net: null });
askToUndo(r.connectStoragePoolEventDeregisterAny, r.connectStoragePoolEventRegisterAny, { eventId: 1, pool: null });
askToUndo(r.connectNodeDeviceEventDeregisterAny, r.connectNodeDeviceEventRegisterAny, { eventId: 1, dev: null });
askToUndo(r.connectSecretEventDeregisterAny, r.connectSecretEventRegisterAny, { eventId: 1, secret: null });
askToUndo(qemu.connectDomainMonitorEventDeregister, qemu.connectDomainMonitorEventRegister, { dom: null, event: 'STOP', flags: 0 });
ask(r.connectDomainEventRegisterAny, () => ({ eventId: 0 }));
ask(r.connectDomainEventDeregisterAny, () => ({ eventId: 0 }));
ask(r.connectDomainEventCallbackRegisterAny, () => ({ eventId: 0, dom: null }));
ask(r.connectNetworkEventRegisterAny, () => ({ eventId: 0, net: null }));
ask(r.connectStoragePoolEventRegisterAny, () => ({ eventId: 0, pool: null }));
ask(r.connectNodeDeviceEventRegisterAny, () => ({ eventId: 0, dev: null }));
ask(r.connectSecretEventRegisterAny, () => ({ eventId: 0, secret: null }));
ask(qemu.connectDomainMonitorEventRegister, () => ({ dom: null, event: null, flags: 0 }));

/** Every call that changes nothing, with arguments that make sense. */
export const readCalls: readonly ReadCall[] = reads;
