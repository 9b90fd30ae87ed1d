import type { FirewallReport, FirewallRule, FirewallWish } from '#model/firewall';

/** What stands between a host's networks and the world besides libvirt's own rules. Every method rejects with BackendError. */
export interface HostFirewall {
  /** Whether Docker's rules cut off what guests send. Asks nobody for rights, and changes nothing. */
  read(): Promise<FirewallReport>;
  /** The same as root, for which this computer's desktop may ask for a password. Rejects with 'permission' without it. */
  look(): Promise<FirewallReport>;
  /** Has root put these rules in or take them out, all or none; resolves to what is there then. Rejects with 'permission', as `look` does. */
  change(wish: FirewallWish, rules: readonly FirewallRule[]): Promise<FirewallReport>;
}
