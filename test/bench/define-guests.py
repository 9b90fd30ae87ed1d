"""Defines or undefines COUNT guests that are never started. usage: define-guests.py URI define|undefine COUNT"""

import sys

import libvirt

XML = """<domain type='qemu'><name>bench-{0}</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='q35'>hvm</type></os>
<devices><serial type='pty'/><graphics type='vnc' listen='127.0.0.1' autoport='yes'/></devices></domain>"""

uri, action, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
connection = libvirt.open(uri)
for number in range(count):
    if action == "define":
        connection.defineXML(XML.format(number))
    else:
        connection.lookupByName(f"bench-{number}").undefine()
