import type { Hardware, Operation } from '../../backends/backend.ts';
import {
  GuestHardware,
  HardwarePlan,
  type DevicePage,
  type HardwareChange,
  type HardwareOutcome,
  type HardwareWish,
} from '../../backends/model/hardware.ts';
import { quietOperation } from '../bed/quiet-operation.ts';

interface ApplyOptions {
  readonly when?: HardwareWish['when'];
  readonly operation?: Operation;
}

/** What tests do with a host's hardware: each time over the definition as it is at that moment, its answers held against the model. */
export function hardwareVerbs(hardware: () => Hardware) {
  const read = async (id: string): Promise<GuestHardware> => GuestHardware.parse(await hardware().read(id));
  const wish = async (id: string, change: HardwareChange, when: HardwareWish['when'] = 'as-soon-as-possible'): Promise<HardwareWish> => ({
    change,
    base: (await read(id)).revision,
    when,
  });
  return {
    read,
    plan: async (id: string, change: HardwareChange): Promise<HardwarePlan> =>
      HardwarePlan.parse(await hardware().plan(id, await wish(id, change))),
    apply: async (
      id: string,
      change: HardwareChange,
      { when, operation = quietOperation() }: ApplyOptions = {},
    ): Promise<HardwareOutcome> => hardware().apply(id, await wish(id, change, when), operation),
    pageOf: async (id: string, device: string): Promise<DevicePage> => {
      const page = (await read(id)).pages.find((one) => one.id === device);
      if (page === undefined) throw new Error(`The guest has no page ${device}.`);
      return page;
    },
  };
}
