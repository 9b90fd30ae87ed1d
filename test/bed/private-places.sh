# Gives the daemons that the sourcing script is about to start folders of their own in "$dir". To be sourced as the first process of a mount
# namespace of its own.

# Guests' cgroups are named by id and name, which two daemons may share: each daemon sees an own folder as the root. (private-libvirtd.ts
# removes those folders.) Of version 1 it lives in it, too, in a cgroup namespace, so that /proc tells places from there on: where libvirt does
# not find what it has read there, it takes each container for one that has ended, and lets its processes run on.
umount /sys/fs/cgroup/unified 2>/dev/null || true # its hybrid form breaks the LXC driver
controllers=()
first=
for controller in /sys/fs/cgroup/*/; do
  own=$controller$(basename "$dir")
  [ ! -L "${controller%/}" ] || continue
  # Made by the same script, before it began anew.
  [ -n "${in_own_cgroups:-}" ] && [ -d "$own" ] || mkdir "$own" 2>/dev/null || continue
  controllers+=("$controller")
  for file in cpuset.cpus cpuset.mems; do
    if [ -f "$own/$file" ]; then cat "$controller$file" >"$own/$file"; fi
  done
  if [ -z "${in_own_cgroups:-}" ] && [ -f "$own/tasks" ] && echo $$ >"$own/cgroup.procs"; then first=yes; fi
done
if [ -n "$first" ] && unshare --cgroup true; then
  mapfile -d '' -t itself </proc/$$/cmdline
  export in_own_cgroups=yes
  exec unshare --cgroup "${itself[@]}"
fi

# The daemons' paths are compiled in, so their own folders are mounted over them.
mount --bind "$dir/run" /run/libvirt
mount --bind "$dir/lib" /var/lib/libvirt
mount --bind "$dir/cache" /var/cache/libvirt
mount --bind "$dir/log" /var/log/libvirt
mount --bind "$dir/etc" /etc/libvirt

# libvirtd locks a guest's pseudo-terminal by its number; a lock that a killed daemon left
# behind would be found by the next one, whose process ids are the same again.
mkdir -p /run/lock
mount -t tmpfs -o size=64k tmpfs /run/lock

# Where only root may open /dev/kvm, libvirt finds its probe of QEMU outdated at every
# call and repeats it (seconds each); a node with the mode udev gives it avoids that.
if [ -c /dev/kvm ]; then
  mknod "$dir/kvm" c 10 232
  chmod 0666 "$dir/kvm"
  mount --bind "$dir/kvm" /dev/kvm
fi

for controller in "${controllers[@]}"; do mount --bind "$controller$(basename "$dir")" "$controller"; done
# Nor may the machine's systemd-machined hear of them.
if [ -d /run/dbus ]; then mount -t tmpfs -o size=64k tmpfs /run/dbus; fi
