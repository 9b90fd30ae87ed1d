"""What virt-manager's dialog for a new network makes of the wish in argv[1] (JSON), by its own library."""

import ipaddress
import json
import sys

sys.path.insert(0, "/usr/share/virt-manager")
from virtinst import Network, cli  # noqa: E402

wish = json.loads(sys.argv[1])
network = Network(cli.getConnection("test:///default"))
network.name = wish["name"]
network.domain_name = wish.get("domain")
network.forward.mode = wish.get("mode")
network.forward.dev = wish.get("device")
if "card" in wish:
    network.forward.managed = "yes"
    network.forward.pf.add_new().dev = wish["card"]
for subnet in wish.get("subnets", []):
    parsed = ipaddress.ip_network(subnet["subnet"])
    ip = network.ips.add_new()
    ip.address = str(parsed.network_address + 1)
    if parsed.version == 4:
        ip.netmask = str(parsed.netmask)
    else:
        ip.family = "ipv6"
        ip.prefix = str(parsed.prefixlen)
    if "range" in subnet:
        added = ip.ranges.add_new()
        added.start, added.end = subnet["range"]
print(network.get_xml())
