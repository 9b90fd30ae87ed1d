import { Alert, DescriptionList } from '@patternfly/react-core';
import type { Volume } from '#model/storage';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { AppliancePanel } from './appliance-panel.tsx';
import { ContainerPanel } from './container-panel.tsx';
import { DownloadPanel } from './download-panel.tsx';
import type { ImageChoice } from './draft.ts';
import { Fact } from './fact.tsx';
import { ImagePanel } from './image-panel.tsx';
import { RoadPicker } from './road-picker.tsx';
import { roadWords, whyClosed } from './roads.ts';
import { driveTitle, imageOf, isContainer, sourceKind, subjectOf } from './source.ts';
import { about, type StepProps } from './step-props.ts';
import { SystemBearingList } from './system-bearing-list.tsx';
import { SystemLine } from './system-line.tsx';
import { draftFrom } from './template-draft.ts';
import { TemplatePicker } from './template-picker.tsx';
import { TreePanel } from './tree-panel.tsx';
import { UnattendedSection } from './unattended-section.tsx';
import { Mends } from './field.tsx';

/** What the guest begins with, and what that says of itself. */
export function SourceStep(props: StepProps) {
  const { offer, draft, objections, onDraft, onMend } = props;
  const { road } = draft;
  return (
    <>
      <TemplatePicker onPick={(template) => onDraft(draftFrom(template, offer))} />
      <RoadPicker road={road} whyNot={(one) => whyClosed(one, offer)} onPick={(picked) => onDraft({ road: picked })} />
      <p>{roadWords[road].about}</p>
      <RoadPanel {...props} />
      {about(objections, 'media').map(({ severity, message, remedy, mends }) => (
        <Alert
          key={message}
          isInline
          component="p"
          variant={severity === 'error' ? 'danger' : 'warning'}
          title={message}
          actionLinks={mends.length > 0 && <Mends mends={mends} onMend={(mend) => onMend(mend, 'media')} />}
        >
          {remedy}
        </Alert>
      ))}
      <SubjectFacts {...props} />
      <UnattendedSection {...props} />
    </>
  );
}

const isMedium = ({ name, format, folder }: Volume): boolean => !folder && (format === 'iso' || /\.iso$/i.test(name));
const isDisk = (volume: Volume): boolean => !volume.folder && !isMedium(volume);

function RoadPanel(props: StepProps) {
  const { host, offer, known, draft, problems, onSource } = props;
  const { sources } = draft;
  const common = { host, pools: offer.pools, checksumProblem: problems.checksum };
  switch (draft.road) {
    case 'iso':
      return (
        <ImagePanel
          {...common}
          id="media"
          label="ISO image"
          image={sources.iso}
          places={['file', 'volume', 'drive', 'url']}
          files={['iso']}
          filter={isMedium}
          onChange={(iso) => onSource({ iso })}
        />
      );
    case 'cloud-image':
      return (
        <ImagePanel
          {...common}
          id="cloud"
          label="cloud image"
          image={sources.cloud}
          places={['file', 'volume', 'url']}
          files={['disk']}
          filter={isDisk}
          onChange={(cloud) => onSource({ cloud })}
        />
      );
    case 'disk':
      return (
        <ImagePanel
          {...common}
          id="disk-image"
          label="disk"
          image={sources.disk}
          places={['file', 'volume', 'drive', 'url']}
          files={['disk']}
          filter={isDisk}
          onChange={(disk) => onSource({ disk })}
        />
      );
    case 'download':
      return (
        <DownloadPanel
          archs={archsOf(known.offer)}
          arch={known.offer.machine.arch}
          chosen={sources.download}
          onChoose={(download) => onSource({ download })}
        />
      );
    case 'appliance':
      return <AppliancePanel chosen={sources.appliance} onChoose={(appliance) => onSource({ appliance })} />;
    case 'tree':
      return <TreePanel tree={sources.tree} onChange={(tree) => onSource({ tree })} />;
    case 'container-app':
    case 'container-os':
      return <ContainerPanel {...props} />;
    case 'pxe':
    case 'empty':
      break;
  }
  return null;
}

const archsOf = ({ machine, machines }: StepProps['offer']): string[] => [...new Set([machine.arch, ...machines.map(({ arch }) => arch)])];

/** What the source says of itself, and what follows from the system in it. */
function SubjectFacts({ known, draft, onDraft }: StepProps) {
  if (subjectOf(draft) === null || isContainer(sourceKind(draft))) return null;
  const image = imageOf(draft);
  const medium = image?.from === 'file' ? image.file?.medium : undefined;
  return (
    <>
      <DescriptionList isHorizontal isCompact className="gh-create__facts" aria-label="What was chosen">
        {image !== null && <ImageFacts image={image} />}
        {draft.road === 'tree' && draft.sources.tree.found !== null && (
          <Fact term="Tree">
            <ForeignText text={draft.sources.tree.found.name} />
          </Fact>
        )}
        <Fact term="System">
          <SystemLine draft={draft} onDraft={onDraft} />
        </Fact>
      </DescriptionList>
      <SystemBearingList known={known} />
      {medium?.bootable === false && (
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

function ImageFacts({ image: { from, file, volume, drive, found } }: { readonly image: ImageChoice }) {
  if (from === 'file' && file !== null) {
    return (
      <>
        <Fact term="File">
          <ForeignText text={file.name} />
        </Fact>
        {file.size !== null && <Fact term="Size">{formatBytes(file.size)}</Fact>}
        {file.disk !== undefined && <Fact term="Disk">{`${file.disk.format}, ${formatBytes(file.disk.capacity)}`}</Fact>}
        {file.os === null && file.medium !== undefined && file.medium.label.trim() !== '' && (
          <Fact term="Label">
            <ForeignText text={file.medium.label} />
          </Fact>
        )}
      </>
    );
  }
  if (from === 'volume' && volume !== null) {
    return (
      <>
        <Fact term="Volume">
          <ForeignText text={volume.name} />
        </Fact>
        <Fact term="Size">{formatBytes(volume.capacity)}</Fact>
      </>
    );
  }
  if (from === 'drive' && drive !== null) {
    return (
      <>
        <Fact term={drive.kind === 'cdrom' ? 'Drive' : 'Disk'}>
          <ForeignText text={driveTitle(drive)} />
        </Fact>
        {drive.size !== null && <Fact term="Size">{formatBytes(drive.size)}</Fact>}
        {drive.label !== null && drive.label.trim() !== '' && (
          <Fact term="Label">
            <ForeignText text={drive.label} />
          </Fact>
        )}
      </>
    );
  }
  if (from === 'url' && found !== null && found.source.kind !== 'tree') {
    const { name, size } = found.source.file;
    return (
      <>
        <Fact term="File">
          <ForeignText text={name} />
        </Fact>
        <Fact term="Size">{size === null ? 'Not told by its server' : formatBytes(size)}</Fact>
      </>
    );
  }
  return null;
}
