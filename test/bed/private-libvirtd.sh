#!/bin/bash
# First process of a private libvirtd's namespaces; private-libvirtd.ts starts it.
# usage: private-libvirtd.sh DIR. Lives until its standard input closes; the kernel
# then ends every process of the PID namespace: daemons, qemu and dnsmasq.
set -euo pipefail
dir=$1

. "$(dirname "$0")/private-places.sh"
if [ -d "$dir/sasl2" ]; then
  mkdir -p /etc/sasl2
  mount --bind "$dir/sasl2" /etc/sasl2
fi
if [ "${2:-}" = network ]; then ip link set lo up; fi
virtlogd -d -p "$dir/virtlogd.pid"
# shellcheck disable=SC2046 # words
libvirtd -d -p "$dir/libvirtd.pid" $(cat "$dir/arguments")
cat >/dev/null
rm -rf "$dir" # also when the process that started this was killed
