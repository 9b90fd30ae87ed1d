import { FormSelect, FormSelectOption, HelperText, HelperTextItem, TextArea, TextInput } from '@patternfly/react-core';
import { poolFields, poolKinds, type PoolField } from '#model/pool-kinds';
import type { Pool } from '#model/storage';
import { readableText } from '../../ui/foreign-text.tsx';
import { FormField } from '../../ui/form-field.tsx';
import { oddPath } from './odd-path.ts';
import type { PoolDraft } from './pool-draft.ts';

interface PoolFieldsProps {
  readonly draft: PoolDraft;
  readonly password: string;
  readonly problems: ReadonlyMap<PoolField, string>;
  /** All problems are to be seen, not only those of what was typed. */
  readonly pressed: boolean;
  readonly pools: readonly Pool[];
  onChange(draft: PoolDraft): void;
  onPassword(password: string): void;
}

/** What a pool of the chosen kind asks for, in the words of the model's table. */
export function PoolFields({ draft, password, problems, pressed, pools, onChange, onPassword }: PoolFieldsProps) {
  const facts = poolKinds[draft.kind];
  return facts.fields.map(({ name, required, ...own }) => {
    const usual = poolFields[name];
    const id = `pool-${name}`;
    const text = name === 'password' ? password : (draft.texts[name] ?? '');
    const problem = pressed || text !== '' ? problems.get(name) : undefined;
    const change = (value: string) =>
      name === 'password' ? onPassword(value) : onChange({ ...draft, texts: { ...draft.texts, [name]: value } });
    const lines = facts.many.includes(name) || name === 'mountOptions';
    const odd = name === 'target' && own.fallback === undefined ? oddPath(text, pools) : null;
    const shared = {
      id,
      value: text,
      validated: problem === undefined ? ('default' as const) : ('error' as const),
      'aria-describedby': `${id}-help`,
      onChange: (_event: unknown, value: string) => change(value),
    };
    const example = own.example ?? usual.example;
    const help = own.help ?? (usual.control === 'choice' && facts.formats[0] !== 'auto' ? '' : usual.help);
    return (
      <FormField
        key={name}
        id={id}
        label={`${own.label ?? usual.label}${required ? '' : ' (optional)'}`}
        problem={problem}
        hint={lines && name !== 'mountOptions' ? `${help} One on each line.` : help}
      >
        {usual.control === 'choice' ? (
          <FormSelect {...shared}>
            {/* The first is the usual one. */}
            <FormSelectOption value="" label={facts.formats[0] === 'auto' ? 'Automatic' : `Usual (${facts.formats[0] ?? ''})`} />
            {facts.formats.slice(1).map((format) => (
              <FormSelectOption key={format} value={format} label={format} />
            ))}
          </FormSelect>
        ) : lines ? (
          <TextArea {...shared} rows={2} resizeOrientation="vertical" placeholder={example} spellCheck={false} />
        ) : (
          <TextInput
            {...shared}
            type={usual.control === 'secret' ? 'password' : 'text'}
            autoComplete={usual.control === 'secret' ? 'new-password' : 'off'}
            placeholder={example}
            spellCheck={false}
          />
        )}
        {odd !== null && (
          <HelperText isLiveRegion>
            <HelperTextItem variant="warning">{readableText(odd)}</HelperTextItem>
          </HelperText>
        )}
      </FormField>
    );
  });
}
