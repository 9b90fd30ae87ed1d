import { Alert, Checkbox } from '@patternfly/react-core';

/** As many as a person would read. */
const SHOWN = 40;

interface MissingCharactersProps {
  readonly missing: readonly string[];
  readonly layout: string;
  readonly leavesOut: boolean;
  readonly onLeaveOut: (leavesOut: boolean) => void;
}

/** What a layout has no keys for, before anything is typed. */
export function MissingCharacters({ missing, layout, leavesOut, onLeaveOut }: MissingCharactersProps) {
  return (
    <Alert
      variant="warning"
      isInline
      component="h2"
      title={`The layout ${layout} has no keys for: ${missing.slice(0, SHOWN).map(described).join('  ')}`}
    >
      {missing.length > SHOWN && <p>And {missing.length - SHOWN} more.</p>}
      <Checkbox
        id="type-text-leaves-out"
        label="Type the rest without them"
        isChecked={leavesOut}
        onChange={(_event, checked) => onLeaveOut(checked)}
      />
    </Alert>
  );
}

/** The sign where it can be seen alone, and always its number: look-alikes are told apart by it. */
function described(character: string): string {
  const number = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character) ? `${character} (${number})` : number;
}
