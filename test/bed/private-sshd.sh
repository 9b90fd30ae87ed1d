#!/bin/bash
# First process of a private sshd's namespaces; private-sshd.ts starts it.
# usage: private-sshd.sh DIR [LIBVIRT_RUN] [HIDDEN…]. Lives until its standard input closes;
# the kernel then ends every process of the PID namespace: sshd and what it let in.
set -euo pipefail
dir=$1
libvirt=$2
shift 2

# Its accounts are not the machine's.
for file in passwd shadow group; do mount --bind "$dir/etc/$file" "/etc/$file"; done
# sshd's own, which a package may not have made where nothing starts it.
mkdir -p /run/sshd
# The host's daemon.
if [ -n "$libvirt" ]; then
  mkdir -p /run/libvirt
  mount --bind "$libvirt" /run/libvirt
fi
# Programs that this host does not have.
for program in "$@"; do
  path=$(command -v "$program") || continue
  mount --bind /dev/null "$(readlink -f "$path")"
done

"$(command -v sshd || echo /usr/sbin/sshd)" -D -f "$dir/sshd_config" -E "$dir/log" &
cat >/dev/null
rm -rf "$dir" # also when the process that started this was killed
