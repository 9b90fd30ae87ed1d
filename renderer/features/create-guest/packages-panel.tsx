import { Radio, TextInput } from '@patternfly/react-core';
import type { Bootstrap } from '#model/guest-source';
import type { PackagesDraft } from './draft.ts';
import { Field } from './field.tsx';

interface PackagesPanelProps {
  readonly packages: PackagesDraft;
  readonly problem: string | undefined;
  readonly onChange: (packages: PackagesDraft) => void;
}

const tools: readonly { readonly tool: Bootstrap['tool']; readonly label: string; readonly description: string }[] = [
  { tool: 'debootstrap', label: 'Debian, Ubuntu', description: 'By debootstrap, which must be installed on the host.' },
  { tool: 'dnf', label: 'Fedora', description: 'By dnf, from the repositories that the host itself uses.' },
];

/** A small system that the host's own program makes of a distribution's packages. */
export function PackagesPanel({ packages, problem, onChange }: PackagesPanelProps) {
  const text = (id: 'suite' | 'mirror' | 'release', label: string, hint: string, said?: string) => (
    <Field id={`packages-${id}`} label={label} hint={hint} problem={said}>
      <TextInput
        id={`packages-${id}`}
        className="gh-create__mono"
        value={packages[id]}
        autoComplete="off"
        spellCheck={false}
        aria-describedby={`packages-${id}-help`}
        validated={said === undefined ? 'default' : 'error'}
        onChange={(_event, value) => onChange({ ...packages, [id]: value })}
      />
    </Field>
  );
  return (
    <>
      <Field id="packages-tool" label="Distribution" role="radiogroup">
        {tools.map(({ tool, label, description }) => (
          <Radio
            key={tool}
            id={`packages-tool-${tool}`}
            name="packages-tool"
            label={label}
            description={description}
            isChecked={packages.tool === tool}
            onChange={() => onChange({ ...packages, tool })}
          />
        ))}
      </Field>
      {packages.tool === 'dnf' ? (
        text('release', 'Release', 'Its number: 42.', problem)
      ) : (
        <>
          {text('suite', 'Release', 'Its name: stable, bookworm, noble.', problem)}
          {text('mirror', 'Mirror', 'The host fetches the packages from there, and checks who signed them.')}
        </>
      )}
    </>
  );
}
