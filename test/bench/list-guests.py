"""List, state and statistics of all guests through libvirt's own library, as virt-manager reaches it.

usage: list-guests.py URI ROUNDS -> one JSON object: the milliseconds of each round, for
everything: the list and all statistics; shown: the list and the statistics that a list of guests shows; fresh: everything, with a new connection.
"""

import json
import sys
import time

import libvirt

SHOWN = libvirt.VIR_DOMAIN_STATS_STATE | libvirt.VIR_DOMAIN_STATS_VCPU | libvirt.VIR_DOMAIN_STATS_BALLOON


def read(connection, groups):
    return connection.listAllDomains(), [(record[0].name(), len(record[1])) for record in connection.getAllDomainStats(groups)]


def timed(work):
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def fresh(uri):
    connection = libvirt.open(uri)
    read(connection, 0)
    connection.close()


uri, rounds = sys.argv[1], int(sys.argv[2])
connection = libvirt.open(uri)
read(connection, 0)
everything = [timed(lambda: read(connection, 0)) for _ in range(rounds)]
shown = [timed(lambda: read(connection, SHOWN)) for _ in range(rounds)]
print(json.dumps({"everything": everything, "shown": shown, "fresh": [timed(lambda: fresh(uri)) for _ in range(rounds)]}))
