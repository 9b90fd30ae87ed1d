import { Checkbox } from '@patternfly/react-core';
import { useId } from 'react';
import type { UsbOffer } from '#contract/usb';
import type { GuestRef } from '#model/guest';
import { type UsbIdentity, type UsbRule, usbName, type UsbUse } from '#model/usb-device';
import { api } from '../../../api.ts';
import { ForeignText } from '../../../ui/foreign-text.tsx';

type During = (work: () => Promise<unknown>) => Promise<void>;

interface UsbDeviceRowProps {
  readonly guest: GuestRef;
  readonly device: UsbOffer['devices'][number];
  /** The guest has a place for it. */
  readonly canAttach: boolean;
  readonly busy: boolean;
  readonly during: During;
}

const uses: Readonly<Record<UsbUse, string>> = {
  keyboard: 'a keyboard of this computer',
  mouse: 'a mouse of this computer',
  disk: 'a disk in use on the host',
  'unchecked-disk': 'a disk, perhaps in use on the host',
};

/** One device: whether the guest has it, and whether it shall always have it. */
export function UsbDeviceRow({ guest, device, canAttach, busy, during }: UsbDeviceRowProps) {
  const id = useId();
  const { identity, user, always, use } = device;
  const isHere = user?.id === guest.id;
  const elsewhere = user !== null && !isHere ? user.name : null;
  const give = (given: boolean): void => void during(() => (given ? api.usb.attach : api.usb.detach)({ guest, device: device.id }));
  const keep = (kept: boolean): void =>
    void during(() => (kept ? api.usb.remember({ guest, device: device.id }) : api.usb.forget({ guest, identity })));
  return (
    <li>
      <Checkbox
        id={`${id}-given`}
        label={<ForeignText text={usbName(device)} />}
        description={
          <>
            <Numbers identity={identity} />
            {use !== null && ` · ${uses[use]}`}
            {elsewhere !== null && (
              <>
                {' '}
                · in use by “<ForeignText text={elsewhere} />”
              </>
            )}
          </>
        }
        isChecked={isHere}
        isDisabled={busy || elsewhere !== null || (!isHere && !canAttach)}
        onChange={(_event, given) => give(given)}
      />
      <Checkbox
        id={`${id}-always`}
        className="gh-usb-panel__always"
        label="Always give it to this guest"
        aria-label={`Always give it to this guest: ${usbName(device)}`}
        isChecked={always}
        isDisabled={busy}
        onChange={(_event, kept) => keep(kept)}
      />
    </li>
  );
}

/** One that is not plugged in now: it can be forgotten. */
export function AwaitedDevice({
  guest,
  rule,
  busy,
  during,
}: {
  readonly guest: GuestRef;
  readonly rule: UsbRule;
  readonly busy: boolean;
  readonly during: During;
}) {
  const { identity, name } = rule;
  return (
    <li>
      <Checkbox
        id={useId()}
        label={<ForeignText text={name} />}
        description={
          <>
            <Numbers identity={identity} /> · not plugged in; always given to this guest
          </>
        }
        isChecked
        isDisabled={busy}
        onChange={() => void during(() => api.usb.forget({ guest, identity }))}
      />
    </li>
  );
}

const Numbers = ({ identity: { vendor, product, serial } }: { readonly identity: UsbIdentity }) => (
  <>
    {vendor}:{product}
    {serial !== null && (
      <>
        {' '}
        · serial <ForeignText text={serial} />
      </>
    )}
  </>
);
