import type { DeviceAction, DevicePage } from '#model/hardware';
import type { HostId } from '#model/host';
import { readableText } from '../../ui/foreign-text.tsx';
import type { Wished } from './wished.ts';
import { changedValues, draftKey, type Refusal, useFormDraft } from './form-drafts.ts';
import { FormModal } from './form-modal.tsx';

interface ActionDialogProps {
  readonly page: DevicePage;
  readonly action: DeviceAction;
  readonly host: HostId;
  readonly scope: string;
  readonly refusal: Refusal | null;
  onReview(wished: Wished): void;
  onClose(): void;
}

/** The small form of what can be done with a device. */
export function ActionDialog({ page, action, host, scope, refusal, onReview, onClose }: ActionDialogProps) {
  const { key, label, help, fields, values, unavailable } = action;
  const title = actionTitle(page, action);
  const subject = { title, fields, values };
  const draft = useFormDraft(draftKey(scope, page.id, 'act', key), subject);
  return (
    <FormModal
      subject={subject}
      draft={draft}
      help={help}
      host={host}
      refusal={refusal}
      unavailable={unavailable}
      onReview={() =>
        onReview({
          ...actWish(page, action, changedValues(draft)),
          title: `${label}: “${readableText(page.title)}”`,
          undoable: false,
          done: () => draft.reset(),
        })
      }
      onClose={onClose}
    />
  );
}

export const actionTitle = ({ title }: DevicePage, { label }: DeviceAction): string => `${label}: ${readableText(title)}`;

export const actWish = ({ id }: DevicePage, { key }: DeviceAction, values: DevicePage['values']): Pick<Wished, 'change'> => ({
  change: { kind: 'act', device: id, action: key, values },
});
