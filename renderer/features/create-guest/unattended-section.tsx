import { Checkbox, FormSelect, FormSelectOption, TextInput } from '@patternfly/react-core';
import type { InstallScript } from '#model/unattended';
import { Field } from './field.tsx';
import { sourceKind } from './source.ts';
import type { StepProps } from './step-props.ts';
import { scriptsFor, type UnattendedDraft } from './unattended-draft.ts';

const kinds: Readonly<Record<InstallScript['kind'], string>> = {
  kickstart: 'Kickstart',
  preseed: 'Preseed',
  autoyast: 'AutoYaST',
  'answer-file': 'Answer file',
  autoinstall: 'Autoinstall',
};
const profiles: Readonly<Record<InstallScript['profile'], string>> = { jeos: 'only the base', desktop: 'with a desktop' };

type TextKey = 'user' | 'fullName' | 'password' | 'again' | 'language' | 'keyboard' | 'timezone' | 'productKey';
interface Answer {
  readonly key: TextKey;
  readonly label: string;
  readonly hint?: string;
  readonly type?: 'password';
}

const answers: readonly Answer[] = [
  { key: 'user', label: 'User', hint: 'Small letters, digits, _ and -.' },
  { key: 'fullName', label: 'Full name' },
  {
    key: 'password',
    label: 'Password',
    type: 'password',
    hint: 'Installers read it in clear: it stands on a disc that the guest gets. Change it once the system is there.',
  },
  { key: 'again', label: 'The same password again', type: 'password' },
  { key: 'language', label: 'Language', hint: 'As en_US.' },
  { key: 'keyboard', label: 'Keyboard', hint: 'As us, de or fr.' },
  { key: 'timezone', label: 'Time zone', hint: 'As Europe/Paris.' },
];
const productKey: Answer = { key: 'productKey', label: 'Product key', hint: 'Without one, Windows asks for it later.' };

/** Has the installer answered beforehand, where the system knows how. */
export function UnattendedSection({ known, draft, problems, onDraft }: StepProps) {
  const scripts = scriptsFor(known.facts, sourceKind(draft));
  const { unattended } = draft;
  if (scripts.length === 0) return <OtherRoad {...{ known, draft }} />;
  const change = (part: Partial<UnattendedDraft>): void => onDraft({ unattended: { ...unattended, ...part } });
  // Ubuntu's wants a word for its kernel besides, which nobody can give to what boots from a medium ("Autoinstall", canonical-subiquity).
  const asksOnce = scripts.some(({ kind }) => kind === 'autoinstall') && sourceKind(draft) === 'iso';
  const asked = scripts.some(({ kind }) => kind === 'answer-file') ? [...answers, productKey] : answers;
  return (
    <>
      <Checkbox
        id="unattended"
        label="Let it install by itself"
        description={`The installer is answered beforehand, and ${asksOnce ? 'asks only whether it may begin (in the console)' : 'asks nothing'}. It takes the whole disk of the guest.`}
        isChecked={unattended.wanted}
        onChange={(_event, wanted) => change({ wanted })}
      />
      {unattended.wanted && (
        <div className="gh-create__folded gh-create__indented">
          <Field id="unattended-script" label="What is installed" problem={problems.unattended}>
            <FormSelect
              id="unattended-script"
              value={unattended.script ?? scripts[0]?.id ?? ''}
              aria-describedby="unattended-script-help"
              onChange={(_event, script) => change({ script })}
            >
              {scripts.map(({ id, kind, profile }) => (
                <FormSelectOption key={id} value={id} label={`${kinds[kind]}, ${profiles[profile]}`} />
              ))}
            </FormSelect>
          </Field>
          {asked.map(({ key, label, hint, type }) => (
            <Field key={key} id={`unattended-${key}`} label={label} hint={hint}>
              <TextInput
                id={`unattended-${key}`}
                className="gh-create__short"
                value={unattended[key]}
                type={type ?? 'text'}
                autoComplete={type === 'password' ? 'new-password' : 'off'}
                spellCheck={false}
                aria-describedby={`unattended-${key}-help`}
                onChange={(_event, text) => change({ [key]: text })}
              />
            </Field>
          ))}
        </div>
      )}
    </>
  );
}

/** Where this road has no place for the answers, and another one has. */
function OtherRoad({ known: { facts }, draft }: Pick<StepProps, 'known' | 'draft'>) {
  const kind = sourceKind(draft);
  const other = kind === 'iso' ? 'tree' : 'iso';
  if ((kind !== 'iso' && kind !== 'tree') || scriptsFor(facts, other).length === 0) return null;
  return (
    <p className="gh-subtle">
      This system can be installed without questions{' '}
      {kind === 'iso' ? 'over the network: begin with “Network install”' : 'from its ISO image'}.
    </p>
  );
}
