import type { GuestSpec } from '#model/guest-spec';
import type { GuestPlan } from '../creation/guest-plan.ts';
import type { MachineFacts } from '../creation/machine-facts.ts';

/** What a new domain is made of, beyond what the person asked for. Paths are the host's. */
export interface DomainWish {
  readonly uuid: string;
  readonly spec: GuestSpec;
  readonly plan: GuestPlan;
  readonly machine: MachineFacts;
  /** What the system drives without drivers of its own; an unknown system is given what every system drives. */
  readonly drives: { readonly virtioDisk: boolean; readonly virtioNet: boolean; readonly virtioVideo: boolean };
  readonly windows: boolean;
}
