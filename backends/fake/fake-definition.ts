import type { GuestSpec } from '#model/guest-spec';
import type { GuestDisk } from '#model/guest';

/** A definition that looks like a host's own, as far as the wizard shows it. */
export function fakeDefinition(spec: GuestSpec, disks: readonly GuestDisk[]): string {
  const { name, memory, vcpus, firmware, machine, nics, tpm, graphics } = spec;
  const lines = [
    `<domain type="${machine?.type ?? 'kvm'}">`,
    `  <name>${name}</name>`,
    `  <memory unit="KiB">${Math.ceil(memory / 1024)}</memory>`,
    `  <vcpu>${vcpus}</vcpu>`,
    `  <os${firmware === null || firmware === 'bios' ? '' : ' firmware="efi"'}>`,
    `    <type arch="${machine?.arch ?? 'x86_64'}" machine="${machine?.machine ?? 'q35'}">${machine?.abi ?? 'hvm'}</type>`,
    '  </os>',
    '  <devices>',
    ...disks.flatMap(({ kind, source, target, bus }) => [
      `    <disk type="${attributeOf(source) === 'dev' ? 'block' : 'file'}" device="${kind}">`,
      `      <source ${attributeOf(source)}="${escaped(source ?? '')}"/>`,
      `      <target dev="${target}" bus="${bus}"/>`,
      '    </disk>',
    ]),
    ...nics.map((nic) => `    <interface type="${nic.kind}"/>`),
    ...(tpm ? ['    <tpm model="tpm-crb"><backend type="emulator" version="2.0"/></tpm>'] : []),
    `    <graphics type="${graphics ?? 'vnc'}"/>`,
    '  </devices>',
    '</domain>',
  ];
  return `${lines.join('\n')}\n`;
}

const attributeOf = (source: string | null) => (source?.startsWith('/dev/') === true ? 'dev' : 'file');
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

export function fakeCommand({ name, memory, vcpus }: GuestSpec): string {
  return `virt-install --connect fake:///host --name '${name}' --memory ${Math.ceil(memory / 2 ** 20)} --vcpus ${vcpus}`;
}
