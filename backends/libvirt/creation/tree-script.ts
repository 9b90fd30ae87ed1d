import type { Bootstrap } from '#model/guest-source';
import type { Neighbour } from '../storage/tree-needs.ts';
import type { PlannedTree } from './guest-plan.ts';
import { identityScript } from './tree-identity.ts';
import { layersScript } from './tree-layers.ts';

const quoted = (script: string) => `'${script.replaceAll("'", String.raw`'\''`)}'`;

/**
 * What the container does that fills or empties a tree (sh -c SCRIPT sh NONCE TREE …). It is the host's own root in a container where nothing
 * but the tree can be written. What comes from elsewhere, the archive, is read inside a user namespace that has the guest's map of users:
 * there root owns nothing of the host, the kernel shifts the owners by itself, and no device can be made.
 *
 * Each line of ours begins with the nonce, which no archive knows. The last is said until somebody has heard it, five minutes at most. A secret
 * is asked for in the same way and comes by the console: words of a container stand in its definition, in its log and in the host's list of
 * processes.
 */
export const treeScript = String.raw`
nonce=$1 tree=$2 job=$3
shift 3
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C HOME=/ TMPDIR=/dev DEBIAN_FRONTEND=noninteractive
umask 022
exec 5<&0 </dev/null
# What a terminal echoes is heard by whoever listens to it, and what is run below could ask in our name.
! command -v stty >/dev/null || stty -echo <&5
# The first process of a container is ended only by what it waits for: libvirt asks first, and takes seconds to do it without.
trap exit TERM
ticker=
say() { printf '\n%s %s\n' "$nonce" "$*"; }
finish() {
  [ -z "$ticker" ] || kill $ticker
  said=0
  while [ $said -lt 300 ]; do say "$@"; sleep 1; said=$((said + 1)); done
  exit
}
need() { for each; do command -v "$each" >/dev/null || finish missing "$each"; done; }
empty() { find "$1" -xdev -mindepth 1 -delete; }
# What would draw on a terminal says lines without one.
exec 4>&1
plainly() { return "$( { { "$@" 2>&1; echo $? >&3; } | cat >&4; } 3>&1)"; }

# The host's own look, as root and with all its links and mounts, at the folder that is about to be emptied. The tree is mounted here once by
# libvirt, above the host's root with all that is mounted there. Words: how many of the paths must not be around it, then those and the others.
apart() {
  around=$1
  shift
  [ ! -L "$tree" ] || finish link
  real=$(readlink -f "$tree") || finish failed
  mounts=0
  while read -r _ _ _ _ at _; do
    at=$(printf '%b' "$at")
    case $at in
    "$real") mounts=$((mounts + 1)) ;;
    "$real"/*) finish mounted ;;
    esac
  done </proc/self/mountinfo
  [ $mounts -le 1 ] || finish mounted
  for each; do
    around=$((around - 1))
    there=$(readlink -f "$each") || continue
    case $there/ in "$real"/*) finish used ;; esac
    [ "$there" != / ] || there=
    [ $around -lt 0 ] || case $real/ in "$there"/*) finish used ;; esac
  done
}
# Another that still does the same gets in its way, so it counts what is there in the end.
empty_counting() {
  size=$(find "$tree" -xdev -mindepth 1 -printf . | wc -c)
  find "$tree" -xdev -mindepth 1 -delete -printf '\n' | {
    gone=0
    while read -r _; do
      gone=$((gone + 1))
      [ $((gone % 500)) != 0 ] || say at $gone "$size"
    done
  }
  [ -z "$(find "$tree" -xdev -mindepth 1 -print -quit)" ]
}

# The namespace exists as long as its first process sleeps.
as_users() {
  need unshare nsenter tar
  unshare -U sleep 864000 &
  users=$!
  until [ "$(readlink /proc/$users/ns/user)" != "$(readlink /proc/self/ns/user)" ]; do
    kill -0 $users || finish failed
    sleep 0.1
  done
  echo "0 $1 $2" >/proc/$users/uid_map && echo "0 $1 $2" >/proc/$users/gid_map || finish failed
}
# libvirt gives each container a /dev of its own.
extract() {
  nsenter -t $users -U -- tar "$@" -xpf - -C "$tree" --numeric-owner --xattrs --xattrs-include=security.capability \
    --anchored --exclude='./dev/*' --exclude='dev/*'
}
ask() {
  need stty
  stty -echo <&5 || finish failed
  {
    asked=0
    while [ $asked -lt 300 ]; do say secret; sleep 1; asked=$((asked + 1)); done
    kill $$
  } &
  asking=$!
  IFS= read -r secret <&5 || finish failed
  kill $asking
}
# Words: the system's name for itself, or -, and whether root gets a password.
identify() {
  secret=
  [ "$2" = no ] || ask
  printf '%s\n' "$secret" | nsenter -t $users -U -- sh -c ${quoted(identityScript)} sh "$tree" "$1"
  case $? in
  0) ;;
  3) finish no-root ;;
  *) finish failed ;;
  esac
}
has() { [ -e "$tree$1" ] || [ -L "$tree$1" ]; }
complete() {
  has "$1" && finish done
  finish no-init
}
# An image of layers, unless it has the first program at its place: then it is a system that happens to have such a file.
together() {
  has "$1" && return
  has /manifest.json || has /oci-layout || return 0
  need find grep sed tr cut readlink sha256sum
  nsenter -t $users -U -- sh -c ${quoted(layersScript)} sh "$tree"
  case $? in
  0) ;;
  3) finish layers ;;
  *) finish failed ;;
  esac
}

case $job in
empty)
  need find readlink
  apart "$@"
  empty_counting || empty_counting || finish stays
  finish done
  ;;
archive)
  as_users "$1" "$2"
  exec 3<"$6" || finish failed
  case $(head -c 6 "$6" | od -An -tx1 | tr -d ' \n') in
  1f8b*) packed=gzip ;;
  fd377a585a00) packed=xz ;;
  28b52ffd*) packed=zstd ;;
  425a68*) packed=bzip2 ;;
  *) packed= ;;
  esac
  options=
  [ -z "$packed" ] || { need "$packed"; options="-I $packed"; }
  size=$(stat -Lc %s "$6")
  while sleep 1; do say at "$(sed -n 's/^pos:[[:space:]]*//p' /proc/self/fdinfo/3)" "$size"; done &
  ticker=$!
  extract $options <&3 && together "$3" && identify "$4" "$5" && complete "$3"
  ;;
debootstrap | dnf)
  need find "$job"
  as_users "$1" "$2"
  new=$tree/.bootstrap
  mkdir "$new" || finish failed
  case $job in
  debootstrap) debootstrap --force-check-gpg --variant=minbase --include=init,login,dbus,iproute2,ifupdown "$6" "$new" "$7" ;;
  dnf)
    # dnf 5 looks for repositories in the new root alone, unless it is told (dnf5-installroot(7)).
    case $(dnf --version) in dnf5*) theirs=--use-host-config ;; *) theirs= ;; esac
    export PYTHONUNBUFFERED=1
    plainly dnf $theirs -y --installroot="$new" --releasever="$6" --setopt=install_weak_deps=False install systemd util-linux dnf passwd iproute
    ;;
  esac || finish failed
  say at 1 1
  tar -C "$new" --one-file-system --numeric-owner --xattrs --xattrs-include=security.capability -cf - . | extract &&
    empty "$new" && rmdir "$new" && identify "$4" "$5" && complete "$3"
  ;;
esac
finish failed
`;

/** The words after the nonce and the tree. Of the password only that there is one. */
export function fillingWords({ fill, idMap, init, hostname, rootPasswordHash }: Omit<PlannedTree, 'pool' | 'name' | 'path'>): string[] {
  // Without a map of their own its users are the host's, and still cannot do more to the host than to the tree.
  const users = idMap === null ? ['0', String(EVERY_USER)] : [String(idMap.start), String(idMap.count)];
  // No word may be empty (libvirt: domain_conf.c), and no name begins so.
  const common = [...users, init, hostname ?? '-', rootPasswordHash === null ? 'no' : 'yes'];
  return fill.kind === 'archive' ? ['archive', ...common, fill.path] : [fill.system.tool, ...common, ...systemWords(fill.system)];
}

/** The same, to empty a tree: only where none of these paths is in it, and none that says so around it. */
export function emptyingWords(near: readonly Neighbour[]): string[] {
  const those = (around: boolean) => [...new Set(near.filter((each) => each.around === around).map(({ path }) => path))];
  return ['empty', String(those(true).length), ...those(true), ...those(false)];
}

/** All ids that Linux has: the last one means "none". */
const EVERY_USER = 0xffff_ffff;

const systemWords = (system: Bootstrap): string[] => (system.tool === 'dnf' ? [system.release] : [system.suite, system.mirror]);
