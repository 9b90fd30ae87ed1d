import {
  Button,
  DataList,
  DataListCell,
  DataListItem,
  DataListItemCells,
  DataListItemRow,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
} from '@patternfly/react-core';
import { ArrowDownIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-down-icon';
import { ArrowUpIcon } from '@patternfly/react-icons/dist/esm/icons/arrow-up-icon';
import { TrashIcon } from '@patternfly/react-icons/dist/esm/icons/trash-icon';
import { OWN_COMBINATIONS, type OwnCombination } from '#contract/keyboard';
import { useKeyboardSettings } from '../../../data/keyboard-settings.ts';
import { AddCombination } from './add-combination.tsx';
import { combinationOf } from './keys.ts';

/** The person's own combinations: for all guests, in the order of the menu. */
export function CombinationsDialog({ onClose }: { readonly onClose: () => void }) {
  const [{ combinations }, change] = useKeyboardSettings();
  const keep = (next: readonly OwnCombination[]): void => change({ combinations: [...next] });
  const swap = (at: number): void => {
    const [one, other] = combinations.slice(at, at + 2);
    if (one !== undefined && other !== undefined) keep([...combinations.slice(0, at), other, one, ...combinations.slice(at + 2)]);
  };
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="combinations-title">
      <ModalHeader
        title="Own combinations"
        labelId="combinations-title"
        description="They stand first in the menu “Send keys” of every guest."
      />
      <ModalBody>
        {combinations.length > 0 && (
          <DataList aria-label="Own combinations" isCompact>
            {combinations.map(({ name, codes }, at) => (
              <DataListItem key={`${at} ${name}`} aria-label={name}>
                <DataListItemRow>
                  <DataListItemCells
                    dataListCells={[
                      <DataListCell key="name">{name}</DataListCell>,
                      <DataListCell key="keys">{combinationOf(codes)?.label ?? 'Keys of a later release'}</DataListCell>,
                      <DataListCell key="actions" isFilled={false} alignRight>
                        <Button
                          variant="plain"
                          size="sm"
                          icon={<ArrowUpIcon />}
                          aria-label={`Move ${name} up`}
                          isDisabled={at === 0}
                          onClick={() => swap(at - 1)}
                        />
                        <Button
                          variant="plain"
                          size="sm"
                          icon={<ArrowDownIcon />}
                          aria-label={`Move ${name} down`}
                          isDisabled={at === combinations.length - 1}
                          onClick={() => swap(at)}
                        />
                        <Button
                          variant="plain"
                          size="sm"
                          icon={<TrashIcon />}
                          aria-label={`Remove ${name}`}
                          onClick={() => keep(combinations.filter((_, other) => other !== at))}
                        />
                      </DataListCell>,
                    ]}
                  />
                </DataListItemRow>
              </DataListItem>
            ))}
          </DataList>
        )}
        <AddCombination isFull={combinations.length >= OWN_COMBINATIONS} onAdd={(one) => keep([...combinations, one])} />
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      </ModalFooter>
    </Modal>
  );
}
