import { Radio } from '@patternfly/react-core';
import { useState } from 'react';
import type { HostId } from '#model/host';
import type { Pool, Volume } from '#model/storage';
import type { MediumOrigin } from '#model/guest-source';
import { AddressField } from './address-field.tsx';
import { ChooseButton } from './choose-button.tsx';
import type { ImageChoice } from './draft.ts';
import { DriveChoice } from './drive-choice.tsx';
import { Field } from './field.tsx';
import { chooseFile, type FileKind, fileWords, type RecentKind } from './file-kinds.ts';
import { FolderPool } from './folder-pool.tsx';
import { RecentFiles } from './recent-files.tsx';
import { VolumeChoice } from '../../data/volume-choice.tsx';

interface ImagePanelProps {
  /** Of its controls, and what is looked for: "ISO image". */
  readonly id: string;
  readonly label: string;
  readonly host: HostId;
  readonly pools: readonly Pool[];
  readonly image: ImageChoice;
  readonly places: readonly MediumOrigin['kind'][];
  /** As what a file of this computer can be chosen, the usual one first. */
  readonly files: readonly FileKind[];
  /** Which volumes can be meant at all. */
  readonly filter: (volume: Volume) => boolean;
  readonly checksumProblem?: string | undefined;
  readonly onChange: (image: ImageChoice) => void;
}

const placeWords: Readonly<Record<MediumOrigin['kind'], string>> = {
  file: 'On this computer',
  volume: 'In a pool of the host',
  drive: 'A drive of the host',
  url: 'On the web',
};

/** An image, in one of the places where images lie. */
export function ImagePanel({ id, label, host, pools, image, places, files, filter, checksumProblem, onChange }: ImagePanelProps) {
  const [shown, show] = useState<string>();
  const recent = files.find((kind): kind is RecentKind => kind === 'iso' || kind === 'disk');
  return (
    <>
      <Field id={`${id}-from`} label={`Where the ${label} is`} role="radiogroup">
        <div className="gh-create__places">
          {places.map((place) => (
            <Radio
              key={place}
              id={`${id}-from-${place}`}
              name={`${id}-from`}
              label={placeWords[place]}
              isChecked={image.from === place}
              onChange={() => onChange({ ...image, from: place })}
            />
          ))}
        </div>
      </Field>
      {image.from === 'file' && (
        <div className="gh-create__buttons">
          {files.map((kind, i) => (
            <ChooseButton
              key={kind}
              id={i === 0 ? id : `${id}-${kind}`}
              isPrimary={image.file === null && i === 0}
              choose={async () => chooseFile(kind)}
              onChoose={(file) => onChange({ ...image, file })}
            >
              {image.file === null || files.length > 1 ? fileWords[kind] : 'Choose another'}
            </ChooseButton>
          ))}
        </div>
      )}
      {image.from === 'file' && recent !== undefined && (
        <RecentFiles id={id} use={recent} onChoose={(file) => onChange({ ...image, file })} />
      )}
      {image.from === 'volume' && (
        <>
          <VolumeChoice
            // What was picked in it before gives way to a pool that was asked for since.
            key={shown}
            id={id}
            label={label}
            host={host}
            pools={pools}
            chosen={image.volume}
            first={shown}
            filter={filter}
            onChoose={(volume) => onChange({ ...image, volume })}
          />
          <FolderPool
            id={id}
            host={host}
            pools={pools}
            onPool={(name) => {
              show(name);
              onChange({ ...image, volume: null });
            }}
          />
        </>
      )}
      {image.from === 'drive' && (
        <DriveChoice
          id={id}
          label={label}
          host={host}
          discs={files.includes('iso')}
          chosen={image.drive}
          onChoose={(drive) => onChange({ ...image, drive })}
        />
      )}
      {image.from === 'url' && (
        <AddressField id={id} label={label} recent={recent} image={image} checksumProblem={checksumProblem} onChange={onChange} />
      )}
    </>
  );
}
