import './keyboard.css';
import {
  Button,
  Checkbox,
  Form,
  FormSelect,
  FormSelectOption,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  Progress,
  TextArea,
} from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import { FormField } from '../../../ui/form-field.tsx';
import { useScreenContext } from '../console-context.ts';
import { desktopLayout } from './guest-layout.ts';
import { keyboardLayouts } from './layout-tables.ts';
import { MissingCharacters } from './missing-characters.tsx';
import { LONGEST_TYPING, planTyping, type TypingPlan } from './typing-plan.ts';
import { useTyping } from './use-typing.ts';

/** Strokes a second. Boot loaders and firmware keep up with the first three. */
const paces = [10, 20, 30, 50, 100] as const;

const nothing: TypingPlan = { characters: [], missing: [] };

/** Types a text as if the person did: for logins, installers and boot loaders, which know no clipboard. */
export function TypeTextDialog({ onClose }: { readonly onClose: () => void }) {
  const { screen, canType, choices, choose } = useScreenContext();
  const [text, setText] = useState('');
  const [desktop, setDesktop] = useState('us');
  const [pace, setPace] = useState(30);
  const [enters, setEnters] = useState(false);
  const [leavesOut, setLeavesOut] = useState(false);
  const typing = useTyping(screen, canType);
  useEffect(() => {
    let over = false;
    void desktopLayout().then((id) => !over && setDesktop(id));
    return () => {
      over = true;
    };
  }, []);

  const layout = keyboardLayouts.find(({ id }) => id === (choices.layout ?? desktop)) ?? keyboardLayouts[0];
  const lineEnds = text.match(/\r\n|\r|\n/g)?.length ?? 0;
  const isTooLong = text.length > LONGEST_TYPING;
  const plan = layout === undefined || isTooLong ? nothing : planTyping(enters ? text : text.replace(/\r\n|\r|\n/g, ' '), layout);
  const isTyping = typing.state === 'typing';
  const canStart = canType && plan.characters.length > 0 && (plan.missing.length === 0 || leavesOut);
  const begin = (): void => {
    if (layout !== undefined) choose({ layout: layout.id });
    void typing.begin(plan.characters, pace).then((isDone) => isDone && onClose());
  };
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="type-text-title">
      <ModalHeader
        title="Type text into the guest"
        labelId="type-text-title"
        description="Key by key, as you would: for logins, installers and boot loaders."
      />
      <ModalBody>
        <Form>
          <FormField
            id="type-text"
            label="Text"
            hint={`${plan.characters.length} characters, about ${seconds(plan, pace)}`}
            problem={isTooLong ? `At most ${LONGEST_TYPING.toLocaleString('en')} characters can be typed at once.` : undefined}
          >
            <TextArea
              id="type-text"
              className="gh-type-text"
              rows={5}
              resizeOrientation="vertical"
              value={text}
              readOnly={isTyping}
              spellCheck={false}
              autoFocus
              aria-describedby="type-text-help"
              onChange={(_event, value) => setText(value)}
            />
          </FormField>
          {lineEnds > 0 && (
            <Checkbox
              id="type-text-enters"
              label={`Press Enter at ${lineEnds === 1 ? 'the line end' : `each of the ${lineEnds} line ends`}`}
              description={enters ? 'A shell runs each line at once.' : 'A space is typed instead.'}
              isChecked={enters}
              isDisabled={isTyping}
              onChange={(_event, checked) => setEnters(checked)}
            />
          )}
          <FormField
            id="type-text-layout"
            label="Keyboard layout of the guest"
            hint="What the guest takes your keyboard for, not what it is."
          >
            <FormSelect
              id="type-text-layout"
              value={layout?.id ?? ''}
              isDisabled={isTyping}
              aria-describedby="type-text-layout-help"
              onChange={(_event, id) => choose({ layout: id })}
            >
              {keyboardLayouts.map(({ id, name }, at) => (
                <FormSelectOption key={id} value={id} label={at === 0 ? `${name} (boot loaders and firmware)` : name} />
              ))}
            </FormSelect>
          </FormField>
          <FormField id="type-text-pace" label="Pace" hint="Slower where letters get lost.">
            <FormSelect
              id="type-text-pace"
              value={pace}
              isDisabled={isTyping}
              aria-describedby="type-text-pace-help"
              onChange={(_event, value) => setPace(Number(value))}
            >
              {paces.map((one) => (
                <FormSelectOption key={one} value={one} label={`${one} keys a second`} />
              ))}
            </FormSelect>
          </FormField>
          {plan.missing.length > 0 && (
            <MissingCharacters missing={plan.missing} layout={layout?.name ?? ''} leavesOut={leavesOut} onLeaveOut={setLeavesOut} />
          )}
          {typing.state !== 'idle' && (
            <Progress
              title={typing.state === 'typing' ? 'Typing' : 'Stopped'}
              aria-label="Typed so far"
              value={typing.total === 0 ? 0 : (100 * typing.typed) / typing.total}
              label={`${typing.typed} of ${typing.total}`}
              measureLocation="outside"
            />
          )}
        </Form>
      </ModalBody>
      <ModalFooter>
        {isTyping ? (
          <Button variant="primary" onClick={typing.stop}>
            Stop
          </Button>
        ) : (
          <Button variant="primary" isDisabled={!canStart} onClick={begin}>
            Type
          </Button>
        )}
        <Button variant="link" onClick={onClose}>
          {isTyping ? 'Stop and close' : 'Cancel'}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

function seconds({ characters }: TypingPlan, pace: number): string {
  const strokes = characters.reduce((sum, character) => sum + character.length, 0);
  const time = Math.ceil(strokes / pace);
  return time < 120 ? `${time} s` : `${Math.round(time / 60)} minutes`;
}
