#!/bin/bash
# Builds libvirt's modular daemons (virtqemud, virtnetworkd … as on Fedora) from the distribution's own source, because
# no Debian suite ships them. usage: modular-libvirt.sh WORK PREFIX. What is to become PREFIX is left in WORK/installed;
# the daemons look for their drivers at PREFIX, which is compiled in. Two minutes on two cores.
set -euo pipefail
work=$1
prefix=$2
cd "$work"

# ---- source ---------------------------------------------------------------------
# An own list of sources, made of the archives that packages come from already: the system's lists stay as they are.
mkdir -p lists/partial
apt-get indextargets --format 'deb-src $(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' | sort -u >sources.list
own=(-o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$work/lists"
  -o "Dir::Cache::pkgcache=" -o "Dir::Cache::srcpkgcache=" -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root)
apt-get "${own[@]}" update -q
apt-get "${own[@]}" source -q --download-only libvirt
mkdir source
tar xf libvirt_*.orig.tar.?z -C source --strip-components=1
cd source

# ---- build ----------------------------------------------------------------------
# Everything that is not named is off: what the tests run, and nothing else.
meson setup build --prefix="$prefix" --libdir=lib --sysconfdir=/etc --localstatedir=/var -Drunstatedir=/run \
  -Dauto_features=disabled -Dsystem=false -Ddocs=disabled -Dtests=disabled -Dgit_werror=disabled -Dinit_script=none \
  -Ddriver_libvirtd=enabled -Ddriver_remote=enabled -Ddriver_qemu=enabled -Ddriver_lxc=enabled -Ddriver_test=enabled \
  -Ddriver_network=enabled -Ddriver_interface=enabled -Ddriver_secrets=enabled -Dstorage_dir=enabled -Dstorage_fs=enabled \
  -Dudev=enabled -Dpciaccess=enabled -Dcapng=enabled -Dlibnl=enabled -Dblkid=enabled -Dyajl=enabled -Dfuse=auto \
  -Dqemu_user=libvirt-qemu -Dqemu_group=kvm
nice ninja -C build
DESTDIR="$work/destination" ninja -C build install
mv "$work/destination$prefix" "$work/installed"
