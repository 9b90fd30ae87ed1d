import { Button, SearchInput } from '@patternfly/react-core';
import { PlusIcon } from '@patternfly/react-icons/dist/esm/icons/plus-icon';
import { useDeferredValue, useMemo } from 'react';
import type { DevicePage } from '#model/hardware';
import { valueWords } from '#model/value-words';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { findFields } from './find-fields.ts';
import { groups } from './groups.ts';

interface PageListProps {
  readonly pages: readonly DevicePage[];
  readonly chosen: string | null;
  readonly search: string;
  /** On these, something was typed that is not applied. */
  readonly drafted: ReadonlySet<string>;
  /** Why nothing can be added; null: something can. */
  readonly cannotAdd: string | null;
  onSearch(text: string): void;
  onChoose(page: DevicePage, field: string | null): void;
  onAdd(): void;
}

/** What the machine is made of, by its sorts, and a search through all of it. */
export function PageList({ pages, chosen, search, drafted, cannotAdd, onSearch, onChoose, onAdd }: PageListProps) {
  const searched = useDeferredValue(search);
  return (
    <nav className="gh-hw-pages" aria-label="Devices and settings">
      <div className="gh-hw-pages__head">
        <Button
          variant="secondary"
          size="sm"
          icon={<PlusIcon />}
          isBlock
          isAriaDisabled={cannotAdd !== null}
          title={cannotAdd ?? ''}
          onClick={() => cannotAdd === null && onAdd()}
        >
          Add device…
        </Button>
        <SearchInput
          aria-label="Search all settings"
          placeholder="Search all settings"
          value={search}
          onChange={(_event, text) => onSearch(text)}
          onClear={() => onSearch('')}
        />
      </div>
      {searched.trim() === '' ? (
        groups.map(([group, title]) => {
          const members = pages.filter((page) => page.group === group);
          if (members.length === 0) return null;
          return (
            <section key={group} aria-label={title}>
              <h3>{title}</h3>
              <ul>
                {members.map((page) => (
                  <li key={page.id}>
                    <PageEntry
                      page={page}
                      isChosen={page.id === chosen}
                      isDrafted={drafted.has(page.id)}
                      onChoose={() => onChoose(page, null)}
                    />
                  </li>
                ))}
              </ul>
            </section>
          );
        })
      ) : (
        <Found pages={pages} search={searched} onChoose={onChoose} />
      )}
    </nav>
  );
}

interface PageEntryProps {
  readonly page: DevicePage;
  readonly isChosen: boolean;
  readonly isDrafted: boolean;
  onChoose(): void;
}

function PageEntry({ page, isChosen, isDrafted, onChoose }: PageEntryProps) {
  const pending = Object.keys(page.running).length > 0 || page.presence !== 'both';
  return (
    <button type="button" className="gh-hw-page" aria-current={isChosen ? 'page' : undefined} onClick={onChoose}>
      <span className="gh-hw-page__title">
        <ForeignText text={page.title} />
        {isDrafted && <span className="gh-hw-page__mark">Not applied</span>}
        {!isDrafted && pending && <span className="gh-hw-page__mark">{marks[page.presence]}</span>}
      </span>
      {page.summary !== '' && (
        <span className="gh-hw-page__summary">
          <ForeignText text={page.summary} />
        </span>
      )}
    </button>
  );
}

const marks: Readonly<Record<DevicePage['presence'], string>> = { both: 'Waits', 'next-start': 'At next start', running: 'Goes at stop' };

function Found({ pages, search, onChoose }: Pick<PageListProps, 'pages' | 'search' | 'onChoose'>) {
  const hits = useMemo(() => findFields(pages, search), [pages, search]);
  return (
    <section aria-label="Found">
      <h3>
        <span role="status">
          {hits.length === 0 ? 'Nothing has these words in it' : hits.length === 1 ? '1 found' : `${hits.length} found`}
        </span>
      </h3>
      <ul>
        {hits.map(({ page, field }) => (
          <li key={`${page.id} ${field?.key ?? ''}`}>
            <button type="button" className="gh-hw-page" onClick={() => onChoose(page, field?.key ?? null)}>
              <span className="gh-hw-page__title">
                <ForeignText text={page.title} />
              </span>
              <span className="gh-hw-page__summary">
                <ForeignText
                  text={field === null ? page.summary : `${field.label}: ${valueWords(field, page.values[field.key] ?? null)}`}
                />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
