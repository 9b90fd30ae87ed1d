#!/bin/bash
# First process of private modular daemons' namespaces; private-modular.ts starts it. usage: private-modular.sh DIR PROGRAMS DAEMON…
# Lives until its standard input closes; the kernel then ends every process of the PID namespace.
set -euo pipefail
dir=$1
programs=$2
shift 2

. "$(dirname "$0")/private-places.sh"
ip link set lo up
for daemon in virtlogd "$@"; do "$programs/$daemon" -d -p "$dir/$daemon.pid"; done
cat >/dev/null
rm -rf "$dir" # also when the process that started this was killed
