import { useEffect, useRef } from 'react';
import { useRecentMedia } from '../../data/recent-media.ts';
import { formatClock } from '../../ui/clock.ts';
import { formatBytes } from '../../ui/quantity.ts';
import type { FileChoice } from './draft.ts';
import { chooseRecent, type RecentKind } from './file-kinds.ts';
import { RecentList } from './recent-list.tsx';

interface RecentFilesProps {
  readonly id: string;
  readonly use: RecentKind;
  readonly onChoose: (file: FileChoice) => void;
}

/** Files of this computer from which guests were made, to be chosen without looking for them. */
export function RecentFiles({ id, use, onChoose }: RecentFilesProps) {
  const files = useRecentMedia('file', use);
  const entries = files.map((one) => ({
    id: one.id,
    name: one.name,
    about: [one.folder === '' ? null : `in ${one.folder}`, formatBytes(one.size), `used ${formatClock(one.usedAt)}`]
      .filter((part) => part !== null)
      .join(' · '),
  }));
  const gone = useRef(false);
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
    };
  }, []);
  const pick = async (picked: string): Promise<void> => {
    const file = await chooseRecent(picked);
    // A disk that slept may answer when the person has long looked elsewhere, and chosen something there.
    if (!gone.current) onChoose(file);
  };
  return <RecentList id={id} entries={entries} onPick={pick} />;
}
