import type { Acceleration } from '#model/host';
import { attribute, child, children, descendants, path, textAt, type XmlElement } from '../xml/document.ts';

export interface AccelerationFacts {
  /** The host's capabilities document. */
  readonly capabilities: XmlElement;
  /** The host is this computer, whose files say more than libvirt does. */
  readonly local: boolean;
  /** A file of this computer as text, null where it is not there or not readable. */
  read(file: string): Promise<string | null>;
  exists(file: string): Promise<boolean>;
}

/**
 * Whether an ordinary guest kernel runs under KVM. libvirt offers KVM wherever /dev/kvm opens, and that also does where the processor gives
 * no hardware virtualisation and a module stands in for it (kvm_pvm): there firmware runs, and a kernel never comes up.
 */
export async function findAcceleration(facts: AccelerationFacts): Promise<Acceleration> {
  const host = child(facts.capabilities, 'host');
  const arch = textAt(host, 'cpu', 'arch') ?? '';
  const offered = children(facts.capabilities, 'guest')
    .map((guest) => child(guest, 'arch'))
    .some(
      (guestArch) =>
        attribute(guestArch, 'name') === arch && children(guestArch, 'domain').some((domain) => attribute(domain, 'type') === 'kvm'),
    );
  if (!offered) return { kind: 'none', reason: await whyNone(facts) };
  if (facts.local && (await facts.exists('/sys/module/kvm_pvm'))) {
    return { kind: 'firmware-only', reason: 'KVM is provided by the module kvm_pvm, on which ordinary guest kernels do not run.' };
  }
  // Only x86 says it among the processor's features; elsewhere an offered KVM is a real one.
  if (!/^(x86_64|i[3-6]86)$/.test(arch)) return { kind: 'kvm' };
  switch (await virtualizationShown(facts, host)) {
    case 'yes':
      return { kind: 'kvm' };
    case 'no':
      return { kind: 'firmware-only', reason: noFeature };
    case 'unseen':
      break;
  }
  return { kind: 'kvm', doubt: 'libvirt offers KVM there, but does not say whether its processor has vmx or svm.' };
}

const noFeature = 'The processor shows neither vmx nor svm: KVM is advertised, but ordinary guest kernels do not run on it.';

async function whyNone(facts: AccelerationFacts): Promise<string> {
  if (facts.local && !(await facts.exists('/dev/kvm'))) {
    return 'There is no /dev/kvm: hardware virtualisation is missing, or switched off in the firmware setup.';
  }
  return 'libvirt does not offer KVM on this host.';
}

async function virtualizationShown(facts: AccelerationFacts, host: XmlElement | null): Promise<'yes' | 'no' | 'unseen'> {
  const cpuinfo = facts.local ? await facts.read('/proc/cpuinfo') : null;
  if (cpuinfo !== null) return /^flags\s*:.*\b(vmx|svm)\b/m.test(cpuinfo) ? 'yes' : 'no';
  const cpu = path(host, 'cpu');
  if (descendants(cpu, 'feature').some((feature) => ['vmx', 'svm'].includes(attribute(feature, 'name') ?? ''))) return 'yes';
  // libvirt's AMD models contain svm without naming it; its Intel models never contain vmx.
  const vendor = textAt(cpu, 'vendor');
  if (vendor === 'Intel') return 'no';
  return vendor === 'AMD' ? 'yes' : 'unseen';
}
