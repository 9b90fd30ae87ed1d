import { TextInput } from '@patternfly/react-core';
import { api } from '../../api.ts';
import type { ImageChoice } from './draft.ts';
import { Field } from './field.tsx';
import type { RecentKind } from './file-kinds.ts';
import { LookUpField } from './look-up-field.tsx';

interface AddressFieldProps {
  readonly id: string;
  /** What is looked for at the address. */
  readonly label: string;
  readonly recent?: RecentKind | undefined;
  readonly image: ImageChoice;
  readonly checksumProblem?: string | undefined;
  readonly onChange: (image: ImageChoice) => void;
}

/** An image on the web: its address, what lies there, and the sum that it must have. */
export function AddressField({ id, label, recent, image, checksumProblem, onChange }: AddressFieldProps) {
  const address = image.address.trim();
  return (
    <>
      <LookUpField
        id={id}
        label={`Address of the ${label}`}
        hint="This computer fetches it into a pool of the host when the guest is created."
        recent={recent}
        address={image.address}
        isKnown={image.found?.address === address}
        onType={(text) => onChange({ ...image, address: text })}
        onFound={async (source) => {
          const sum = image.checksum === '' && source.kind !== 'tree' ? await publishedSum(address) : null;
          onChange({ ...image, found: { address, source }, ...(sum !== null && { checksum: sum }) });
          return source.kind === 'tree' ? `This is an installation tree and no ${label}: choose “Network install” for it.` : null;
        }}
      />
      <Field
        id={`${id}-checksum`}
        label="Checksum"
        problem={checksumProblem}
        hint="SHA-256 or SHA-512, as its makers publish it. Without one, nobody knows whether the file arrived as it was made."
      >
        <TextInput
          id={`${id}-checksum`}
          className="gh-create__mono"
          value={image.checksum}
          autoComplete="off"
          spellCheck={false}
          aria-describedby={`${id}-checksum-help`}
          validated={checksumProblem === undefined ? 'default' : 'error'}
          onChange={(_event, text) => onChange({ ...image, checksum: text })}
        />
      </Field>
    </>
  );
}

/** What the server publishes beside the file; one that publishes nothing is no fault of the address. */
async function publishedSum(url: string): Promise<string | null> {
  try {
    return (await api.media.publishedChecksum({ url }))?.checksum.value ?? null;
  } catch {
    return null;
  }
}
