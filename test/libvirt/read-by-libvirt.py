"""Prints as JSON what libvirt's own client reads of a host: read-by-libvirt.py URI"""

import json
import sys

import libvirt

connection = libvirt.openReadOnly(sys.argv[1])


def guest(domain):
    state, maximum, memory, vcpus, _ = domain.info()
    return {
        "id": domain.UUIDString(),
        "name": domain.name(),
        "state": state,
        "persistent": bool(domain.isPersistent()),
        "autostart": bool(domain.autostart()),
        "saved": bool(domain.hasManagedSaveImage()),
        "vcpus": vcpus,
        "memory": memory * 1024,
    }


def pool(each):
    state, capacity, _, available = each.info()
    volumes = [[volume.name(), volume.path(), volume.info()[1], volume.info()[2]] for volume in each.listAllVolumes()]
    return {
        "name": each.name(),
        "active": state == libvirt.VIR_STORAGE_POOL_RUNNING,
        "capacity": capacity,
        "available": available,
        "volumes": sorted(volumes),
    }


json.dump(
    {
        "hypervisor": connection.getType(),
        "hypervisorVersion": connection.getVersion(),
        "daemonVersion": connection.getLibVersion(),
        "arch": connection.getInfo()[0],
        "cpus": connection.getInfo()[2],
        "capabilities": connection.getCapabilities(),
        "guests": [guest(domain) for domain in connection.listAllDomains()],
        "statistics": {domain.UUIDString(): values for domain, values in connection.getAllDomainStats()},
        "definitions": {domain.UUIDString(): domain.XMLDesc() for domain in connection.listAllDomains()},
        "addresses": {domain.UUIDString(): domain.interfaceAddresses(0) for domain in connection.listAllDomains() if domain.isActive()},
        "pools": [pool(each) for each in connection.listAllStoragePools()],
        "networks": [
            [each.name(), bool(each.isActive()), bool(each.autostart()), bool(each.isPersistent()), each.bridgeName()]
            for each in connection.listAllNetworks()
        ],
        "memory": connection.getMemoryStats(libvirt.VIR_NODE_MEMORY_STATS_ALL_CELLS)["total"] * 1024,
    },
    sys.stdout,
)
