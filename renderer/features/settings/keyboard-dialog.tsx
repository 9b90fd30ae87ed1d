import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader, Radio } from '@patternfly/react-core';
import type { PassShortcuts } from '#contract/keyboard';
import { ReleaseKeys, releaseKeyNames } from '#model/release-keys';
import { useKeyboardSettings } from '../../data/keyboard-settings.ts';
import { FormField } from '../../ui/form-field.tsx';

const meanings: Readonly<Record<ReleaseKeys, string>> = {
  'ctrl-alt': 'Pressed together and let go, as in virt-manager',
  'right-ctrl': 'Pressed and let go by itself',
  'ctrl-alt-shift': 'Pressed together and let go',
  'super-escape': 'Where the desktop leaves it to programs',
};

const passings: readonly (readonly [PassShortcuts, string, string])[] = [
  ['always', 'Always', 'Ctrl+N, Ctrl+Q, F11 and the like are the guest’s while its console has the keyboard'],
  ['full-screen', 'In full screen only', 'In a window they stay Guesthouse’s'],
  ['never', 'Never', 'The menu “Send keys” sends them'],
];

/** How consoles share the keyboard with the window and the desktop. */
export function KeyboardDialog({ onClose }: { readonly onClose: () => void }) {
  const [{ releaseKeys, passShortcuts }, change] = useKeyboardSettings();
  return (
    <Modal variant="small" isOpen onClose={onClose} aria-labelledby="keyboard-title">
      <ModalHeader title="Keyboard in consoles" labelId="keyboard-title" />
      <ModalBody>
        <Form>
          <FormField id="release-keys" label="Keys that release the keyboard" role="radiogroup">
            {ReleaseKeys.options.map((keys) => (
              <Radio
                key={keys}
                id={`release-${keys}`}
                name="release-keys"
                label={releaseKeyNames[keys]}
                description={meanings[keys]}
                isChecked={keys === releaseKeys}
                onChange={() => change({ releaseKeys: keys })}
              />
            ))}
          </FormField>
          <FormField
            id="pass-shortcuts"
            label="Pass shortcuts to the guest"
            role="radiogroup"
            hint="The desktop’s own, as Super and Alt+Tab, reach the guest in full screen; in a window the desktop keeps them."
          >
            {passings.map(([key, label, description]) => (
              <Radio
                key={key}
                id={`pass-${key}`}
                name="pass-shortcuts"
                label={label}
                description={description}
                isChecked={key === passShortcuts}
                onChange={() => change({ passShortcuts: key })}
              />
            ))}
          </FormField>
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      </ModalFooter>
    </Modal>
  );
}
