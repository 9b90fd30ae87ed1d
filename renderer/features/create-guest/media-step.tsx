import {
  Alert,
  Button,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from '@patternfly/react-core';
import { CompactDiscIcon } from '@patternfly/react-icons/dist/esm/icons/compact-disc-icon';
import { useState } from 'react';
import type { Fault } from '#model/fault';
import type { Media } from '#model/guest-spec';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import type { ChosenMedia } from './draft.ts';

interface MediaStepProps {
  readonly chosen: ChosenMedia | null;
  readonly onChoose: (chosen: ChosenMedia) => void;
}

/** Which medium to install from, and what it says of itself. */
export function MediaStep({ chosen, onChoose }: MediaStepProps) {
  const [choosing, setChoosing] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);

  const choose = async (): Promise<void> => {
    setChoosing(true);
    setFault(null);
    try {
      const answer = await api.media.choose({});
      if (answer !== null) onChoose(answer);
    } catch (error) {
      setFault(faultOf(error));
    } finally {
      setChoosing(false);
    }
  };

  return (
    <>
      <p>Choose the ISO image of an operating system on this computer. The new guest starts from it.</p>
      {fault !== null && <FaultAlert fault={fault} />}
      <div>
        <Button
          id="media"
          variant={chosen === null ? 'primary' : 'secondary'}
          icon={<CompactDiscIcon />}
          isLoading={choosing}
          isDisabled={choosing}
          onClick={() => void choose()}
        >
          {chosen === null ? 'Choose ISO image' : 'Choose another'}
        </Button>
      </div>
      {chosen !== null && <MediaFacts media={chosen.media} />}
    </>
  );
}

function MediaFacts({ media: { name, size, label, bootable, os } }: { readonly media: Media }) {
  return (
    <>
      <DescriptionList isHorizontal isCompact aria-label="The chosen medium">
        <Fact term="File">
          <ForeignText text={name} />
        </Fact>
        <Fact term="Size">{formatBytes(size)}</Fact>
        {label.trim() !== '' && (
          <Fact term="Label">
            <ForeignText text={label} />
          </Fact>
        )}
        <Fact term="System">{os === null ? 'Not recognised' : <ForeignText text={os.name} />}</Fact>
      </DescriptionList>
      {os === null && (
        <Alert
          isInline
          isPlain
          component="p"
          variant="info"
          title="This system is not known here. It can be installed all the same: look at memory, processors and disk."
        />
      )}
      {!bootable && (
        <Alert
          isInline
          isPlain
          component="p"
          variant="warning"
          title="This image does not say that it can be booted. A guest may not start from it."
        />
      )}
    </>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: React.ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{term}</DescriptionListTerm>
      <DescriptionListDescription>{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}
