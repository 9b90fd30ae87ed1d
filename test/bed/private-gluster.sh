#!/bin/bash
# First process of a Gluster server's namespaces; private-gluster.ts starts it.
# usage: private-gluster.sh DIR ADDRESS VOLUME. Says "ready" when the volume can be
# used, and lives until its standard input closes.
set -euo pipefail
dir=$1 address=$2 volume=$3

# Its folders are compiled in, so its own are mounted over them.
mkdir -p "$dir"/{state,log,run,bricks} /var/lib/glusterd /var/log/glusterfs /run/gluster
mount --bind "$dir/state" /var/lib/glusterd
mount --bind "$dir/log" /var/log/glusterfs
mount --bind "$dir/run" /run/gluster
# It says why it did not start in its log alone.
glusterd -p "$dir/glusterd.pid" || { tail -n 20 /var/log/glusterfs/glusterd.log >&2; exit 1; }
# "force": the bricks are on the root's file system, which it warns of.
gluster --mode=script volume create "$volume" "$address:$dir/bricks/$volume" force
gluster --mode=script volume start "$volume"
echo ready
cat >/dev/null
