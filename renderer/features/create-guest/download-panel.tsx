import {
  EmptyState,
  EmptyStateBody,
  FormSelect,
  FormSelectOption,
  Label,
  Menu,
  MenuContent,
  MenuItem,
  MenuList,
  SearchInput,
  Skeleton,
  Switch,
} from '@patternfly/react-core';
import { useState } from 'react';
import type { CatalogueEntry } from '#model/system-facts';
import { api } from '../../api.ts';
import { faultOf } from '../../data/fault-of.ts';
import { useCatalogue, useRemoteFile, useSettled } from '../../data/systems.ts';
import { FaultAlert } from '../../ui/fault-alert.tsx';
import { ForeignText, readableText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import type { Sources } from './draft.ts';

interface DownloadPanelProps {
  readonly archs: readonly string[];
  readonly arch: string;
  readonly chosen: Sources['download'];
  readonly onChoose: (chosen: Sources['download']) => void;
}

/** What the makers of systems offer to download. */
export function DownloadPanel({ archs, arch: own, chosen, onChoose }: DownloadPanelProps) {
  const [text, setText] = useState('');
  const [arch, setArch] = useState(own);
  const [ended, setEnded] = useState(false);
  const { data, error, refetch } = useCatalogue(useSettled(text), arch, ended);

  const choose = async (entry: CatalogueEntry): Promise<void> => {
    onChoose({ entry, sum: null });
    // The sum is good to have: a server that publishes none, or does not answer yet, stops nobody.
    const sum = await api.media.publishedChecksum({ url: entry.url }).catch(() => null);
    if (sum !== null) onChoose({ entry, sum });
  };
  return (
    <>
      <div className="gh-create__search">
        <SearchInput
          searchInputId="catalogue"
          aria-label="Search for a system to download"
          placeholder="Fedora, Debian, Ubuntu, …"
          value={text}
          onChange={(_event, value) => setText(value)}
          onClear={() => setText('')}
        />
        <FormSelect aria-label="Architecture" value={arch} onChange={(_event, value) => setArch(value)}>
          {archs.map((each) => (
            <FormSelectOption key={each} value={each} label={readableText(each)} />
          ))}
        </FormSelect>
        <Switch id="catalogue-ended" label="End-of-life systems" isChecked={ended} onChange={(_event, on) => setEnded(on)} />
      </div>
      {error !== null && data === undefined ? (
        <FaultAlert fault={faultOf(error)} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton height="14rem" screenreaderText="Reading the catalogue" />
      ) : data.length === 0 ? (
        <EmptyState headingLevel="h3" titleText="Nothing to download has these words" variant="xs">
          <EmptyStateBody>Try fewer of them, another architecture, or an ISO image by its address.</EmptyStateBody>
        </EmptyState>
      ) : (
        <Catalogue entries={data} chosen={chosen?.entry.url ?? null} onChoose={(entry) => void choose(entry)} />
      )}
      {chosen !== null && <ChosenDownload chosen={chosen} />}
    </>
  );
}

const kindWords: Readonly<Record<CatalogueEntry['kind'], string>> = { installer: 'Installer', live: 'Live system', image: 'Image' };
const wordOf = ({ kind, cloudInit }: CatalogueEntry): string => (cloudInit ? 'Cloud image' : kindWords[kind]);

interface CatalogueProps {
  readonly entries: readonly CatalogueEntry[];
  readonly chosen: string | null;
  readonly onChoose: (entry: CatalogueEntry) => void;
}

const Catalogue = ({ entries, chosen, onChoose }: CatalogueProps) => (
  <Menu
    isPlain
    isScrollable
    role="listbox"
    selected={chosen ?? undefined}
    onSelect={(_event, url) => {
      const entry = entries.find((one) => one.url === url);
      if (entry !== undefined) onChoose(entry);
    }}
  >
    <MenuContent maxMenuHeight="16rem">
      <MenuList aria-label="To download">
        {entries.map((entry) => (
          <MenuItem key={entry.url} itemId={entry.url} description={<ForeignText text={entry.url} />}>
            <ForeignText text={entry.name} /> <Label isCompact>{wordOf(entry)}</Label>{' '}
            {entry.ended && (
              <Label isCompact color="orange">
                End of life
              </Label>
            )}
          </MenuItem>
        ))}
      </MenuList>
    </MenuContent>
  </Menu>
);

/** How large it is, and whether it can be checked. */
function ChosenDownload({ chosen: { entry, sum } }: { readonly chosen: NonNullable<Sources['download']> }) {
  const file = useRemoteFile(entry.url);
  const size = file.data?.size ?? null;
  return (
    <>
      {file.error !== null && <FaultAlert fault={faultOf(file.error)} onRetry={() => void file.refetch()} />}
      <p role="status">
        <ForeignText text={entry.name} />, {entry.arch}:{' '}
        {file.isPending
          ? 'asking its server how large it is'
          : size === null
            ? 'its server does not tell how large it is'
            : `${formatBytes(size)} to download`}
        {file.data?.resumable === true && ', goes on where it was cut'}.{' '}
        {sum === null
          ? 'Its server publishes no checksum that was found.'
          : 'Checked against the sum that its server publishes; no signature is checked.'}
      </p>
    </>
  );
}
