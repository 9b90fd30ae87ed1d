"""List, state and statistics of all guests through libvirt's own library, as virt-manager reaches it.

usage: list-guests.py URI ROUNDS -> one JSON object: the milliseconds of each round, warm and with a fresh connection.
"""

import json
import sys
import time

import libvirt


def read(connection):
    return [(record[0].name(), len(record[1])) for record in connection.getAllDomainStats()], connection.listAllDomains()


def timed(work):
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def fresh(uri):
    connection = libvirt.open(uri)
    read(connection)
    connection.close()


uri, rounds = sys.argv[1], int(sys.argv[2])
connection = libvirt.open(uri)
read(connection)
print(json.dumps({"warm": [timed(lambda: read(connection)) for _ in range(rounds)], "fresh": [timed(lambda: fresh(uri)) for _ in range(rounds)]}))
