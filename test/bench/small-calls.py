"""Calls a second of python-libvirt: one after the other, and from four threads over one connection.

usage: small-calls.py URI ROUNDS CALLS. Prints {"sequential": [calls/s …], "threads": [calls/s …]}.
"""
import json
import sys
import threading
import time

import libvirt

uri, rounds, calls = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
connection = libvirt.open(uri)
domains = connection.listAllDomains()


def ask(count):
    for number in range(count):
        domains[number % len(domains)].info()


def rate(work):
    start = time.perf_counter()
    work()
    return calls / (time.perf_counter() - start)


def threaded():
    threads = [threading.Thread(target=ask, args=(calls // 4,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


ask(500)
print(json.dumps({
    "sequential": [rate(lambda: ask(calls)) for _ in range(rounds)],
    "threads": [rate(threaded) for _ in range(rounds)],
}))
