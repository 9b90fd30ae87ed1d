import { TextInput } from '@patternfly/react-core';
import type { Sources } from './draft.ts';
import { Field } from './field.tsx';
import { LookUpField } from './look-up-field.tsx';

interface TreePanelProps {
  readonly tree: Sources['tree'];
  readonly onChange: (tree: Sources['tree']) => void;
}

/** A distribution's installation tree on its server. */
export const TreePanel = ({ tree, onChange }: TreePanelProps) => (
  <>
    <LookUpField
      id="tree"
      label="Address of the installation tree"
      hint="The folder that has .treeinfo, images or dists in it: for Fedora, …/releases/42/Everything/x86_64/os/"
      recent="tree"
      address={tree.address}
      isKnown={tree.found !== null && tree.found.url === tree.address.trim()}
      onType={(address) => onChange({ ...tree, address })}
      onFound={(source) => {
        if (source.kind !== 'tree') return 'This is a single file and no installation tree: choose “ISO image” or “Existing disk” for it.';
        // An address may be mended on the way, by a slash at its end.
        onChange({ ...tree, address: source.tree.url, found: source.tree });
        return null;
      }}
    />
    <Field id="tree-arguments" label="Kernel arguments" hint="Added to those with which the installer finds its tree.">
      <TextInput
        id="tree-arguments"
        className="gh-create__mono"
        value={tree.arguments}
        autoComplete="off"
        spellCheck={false}
        aria-describedby="tree-arguments-help"
        onChange={(_event, text) => onChange({ ...tree, arguments: text })}
      />
    </Field>
  </>
);
