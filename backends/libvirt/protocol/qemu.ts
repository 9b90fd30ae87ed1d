import { i32, nothing, optional, struct, u32 } from '../xdr/codec.ts';
import { domain, string } from './objects.ts';
import { named, qemuMutation, qemuRead } from './procedure.ts';

/** Procedures of the program "qemu": libvirt's src/remote/qemu_protocol.x. Monitor commands taint the domain. */
export const qemu = named({
  domainMonitorCommand: qemuMutation(1, struct({ dom: domain, cmd: string, flags: u32 }), struct({ result: string })),
  domainAttach: qemuMutation(2, struct({ pidValue: u32, flags: u32 }), struct({ dom: domain })),
  domainAgentCommand: qemuMutation(3, struct({ dom: domain, cmd: string, timeout: i32, flags: u32 }), struct({ result: optional(string) })),
  connectDomainMonitorEventRegister: qemuRead(
    4,
    struct({ dom: optional(domain), event: optional(string), flags: u32 }),
    struct({ callbackId: i32 }),
  ),
  connectDomainMonitorEventDeregister: qemuRead(5, struct({ callbackId: i32 }), nothing),
});
