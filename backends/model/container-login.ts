/**
 * How the root of a container that runs gets a password, on its host. virsh's own lxc-enter-namespace would do it as nobody where the container
 * has users of its own: it joins their namespace and stays who it was (tools/virsh-domain.c). libvirt's number of a container is the process
 * that watches over it, whose one child is the container's first process (lxc_process.c).
 */
export function setPasswordCommand(name: string): string {
  const word = /^[\w.-]+$/.test(name) ? name : `'${name}'`;
  return `sudo nsenter --all --target "$(pgrep -P "$(sudo virsh -c lxc:///system domid ${word})")" passwd root`;
}
