import { Button, SearchInput, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { TimesIcon } from '@patternfly/react-icons/dist/esm/icons/times-icon';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { SearchWish } from './line-match.ts';
import type { SearchResult, TerminalSearch } from './terminal-search.ts';

interface SearchBarProps {
  readonly search: TerminalSearch;
  readonly onClose: () => void;
}

type Choice = 'matchCase' | 'wholeWord' | 'regex';

const choices: readonly { readonly choice: Choice; readonly text: string; readonly label: string }[] = [
  { choice: 'matchCase', text: 'Case', label: 'Match case' },
  { choice: 'wholeWord', text: 'Words', label: 'Whole words' },
  { choice: 'regex', text: 'Regex', label: 'Regex: a regular expression' },
];

/** Searches what the terminal has shown, from the newest line upwards. */
export function SearchBar({ search, onClose }: SearchBarProps) {
  const [wish, setWish] = useState<SearchWish>({ text: '', matchCase: false, wholeWord: false, regex: false });
  const [result, setResult] = useState<SearchResult | null>(null);
  const input = useRef<HTMLInputElement>(null);
  // Once: what the guest says draws this anew as well, and must not take the focus here from elsewhere.
  useEffect(() => input.current?.focus(), []);

  const change = (part: Partial<SearchWish>): void => {
    const next = { ...wish, ...part };
    setWish(next);
    setResult(next.text === '' ? null : search.find(next, 'newest'));
    if (next.text === '') search.clear();
  };
  const go = (which: 'previous' | 'next'): void => {
    if (wish.text !== '') setResult(search.find(wish, which));
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) go(event.shiftKey ? 'next' : 'previous');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="gh-terminal-search" role="search" aria-label="Search the terminal" onKeyDown={press}>
      <SearchInput
        aria-label="Text to search for"
        placeholder="Search"
        value={wish.text}
        ref={input}
        onChange={(_event, text) => change({ text })}
        onClear={() => change({ text: '' })}
        {...(result !== null && {
          resultsCount: countOf(result),
          onPreviousClick: () => go('previous'),
          onNextClick: () => go('next'),
        })}
        resetButtonLabel="Clear the search"
        previousNavigationButtonAriaLabel="Previous match"
        nextNavigationButtonAriaLabel="Next match"
      />
      <ToggleGroup aria-label="How to search" isCompact>
        {choices.map(({ choice, text, label }) => (
          <ToggleGroupItem
            key={choice}
            text={text}
            aria-label={label}
            isSelected={wish[choice]}
            onChange={(_event, chosen) => change({ [choice]: chosen })}
          />
        ))}
      </ToggleGroup>
      <span className="pf-v6-screen-reader" role="status">
        {result !== null && spoken(result)}
      </span>
      <Button variant="plain" size="sm" icon={<TimesIcon />} aria-label="Close the search" onClick={onClose} />
    </div>
  );
}

const countOf = ({ current, total, more, malformed }: SearchResult): string =>
  malformed ? 'Not a regular expression' : total === 0 ? 'None' : `${current} of ${total}${more ? '+' : ''}`;

const spoken = (result: SearchResult): string => (result.total === 0 && !result.malformed ? 'Nothing was found' : countOf(result));
