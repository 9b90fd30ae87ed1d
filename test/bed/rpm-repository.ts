import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a container of Fedora is asked to be made of; all but the first are empty. */
const names = ['systemd', 'util-linux', 'dnf', 'passwd', 'iproute'];

/**
 * A repository of tiny packages with these names, as rpmbuild and createrepo make them: the first brings busybox and an init that says
 * `greeting` on the console, and has a script to be run when it is installed, whose words stand in /scriptlet. Returns its folder.
 */
export async function makeRpmRepository(dir: string, greeting: string): Promise<string> {
  const repository = join(dir, 'repository');
  await mkdir(repository, { recursive: true });
  const spec = join(dir, 'tiny.spec');
  const others = names
    .slice(1)
    .map((name) => `%package -n ${name}\nSummary: Nothing\n%description -n ${name}\nNothing.\n%files -n ${name}\n`);
  await writeFile(
    spec,
    `Name: systemd
Version: 1
Release: 1
Summary: A system of one program
License: GPL-2.0-only
AutoReqProv: no
%description
A system of one program.
${others.join('')}
%install
mkdir -p %{buildroot}/bin %{buildroot}/sbin %{buildroot}/etc %{buildroot}/proc %{buildroot}/sys %{buildroot}/tmp
cp -L "$(command -v busybox)" %{buildroot}/bin/busybox
for each in sh cat sleep id ls stat; do ln -s busybox %{buildroot}/bin/$each; done
printf '#!/bin/sh\\necho ${greeting} $(cat /scriptlet)\\nexec /bin/sh\\n' >%{buildroot}/sbin/init
chmod 755 %{buildroot}/sbin/init
%post -p /bin/sh
echo "installed by $(id -u)" >/scriptlet
%files
/bin/*
/sbin/init
%dir /etc
%dir /proc
%dir /sys
%dir %attr(1777, root, root) /tmp
`,
  );
  const macros = Object.entries({ _topdir: dir, _rpmdir: repository, debug_package: '%{nil}', __os_install_post: '%{nil}' });
  await run('rpmbuild', ['-bb', ...macros.flatMap(([name, value]) => ['--define', `${name} ${value}`]), spec]);
  await run('createrepo_c', [repository]);
  return repository;
}
