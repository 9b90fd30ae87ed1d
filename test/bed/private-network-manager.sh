#!/bin/bash
# First process of a private NetworkManager's namespaces; private-network-manager.ts starts it. usage: private-network-manager.sh DIR
# Lives until its standard input closes. There is no PID namespace: NetworkManager asks who it is that calls, by its process.
set -euo pipefail
dir=$1

# With /sys for reading only, NetworkManager waits for no udev to have named the devices; there is none in here.
mount -t sysfs -o ro sysfs /sys
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib/NetworkManager
mount -t tmpfs tmpfs /etc/NetworkManager
mkdir -p /run/netns /run/NetworkManager /etc/NetworkManager/system-connections

cat >/etc/NetworkManager/NetworkManager.conf <<END
[main]
plugins=keyfile
auth-polkit=false
dns=none
no-auto-default=*
[connectivity]
enabled=false
END
cat >/etc/NetworkManager/system-connections/lan.nmconnection <<END
[connection]
id=Wired LAN
uuid=11111111-2222-4333-8444-555555555555
type=ethernet
interface-name=lan0
zone=home
[ipv4]
method=manual
address1=192.168.77.5/24,192.168.77.1
[ipv6]
method=disabled
END
chmod 600 /etc/NetworkManager/system-connections/lan.nmconnection

# The LAN: another network, with its router.
ip link set lo up
ip netns add lan
ip link add lan0 type veth peer name far0
ip link set far0 netns lan
ip -n lan address add 192.168.77.1/24 dev far0
ip -n lan link set far0 up
ip link set lan0 up
# Somebody else's.
ip link add foreign0 type bridge

cat >"$dir/bus.conf" <<END
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path=$dir/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow user="*"/><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
END
dbus-daemon --config-file="$dir/bus.conf" --nofork --nopidfile &
bus=$!
until [ -S "$dir/bus" ]; do sleep 0.05; done
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$dir/bus
NetworkManager --no-daemon --log-level=INFO >"$dir/log" 2>&1 &
manager=$!
echo $manager >"$dir/manager.pid"
cat >/dev/null
kill $manager || true
wait $manager || true
kill $bus
rm -rf "$dir" # also when the process that started this was killed
