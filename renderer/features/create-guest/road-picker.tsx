import { Card, CardHeader, ExpandableSection } from '@patternfly/react-core';
import { useState } from 'react';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { type Road, roads, roadWords } from './roads.ts';

interface RoadPickerProps {
  readonly road: Road;
  /** Why a road cannot be taken on this host; null where it can. */
  readonly whyNot: (road: Road) => string | null;
  readonly onPick: (road: Road) => void;
}

/** What the new guest begins with. Roads that this host does not have are folded away, with the reasons. */
export function RoadPicker({ road: picked, whyNot, onPick }: RoadPickerProps) {
  const open = roads.filter((road) => whyNot(road) === null);
  return (
    <div>
      <div className="gh-roads" role="radiogroup" aria-label="Begin with">
        {open.map((road) => {
          const { title, icon: Icon } = roadWords[road];
          return (
            <Card key={road} id={`card-${road}`} isCompact isSelectable isSelected={road === picked}>
              <CardHeader
                selectableActions={{
                  variant: 'single',
                  name: 'road',
                  selectableActionId: `road-${road}`,
                  selectableActionAriaLabelledby: `road-${road}-title`,
                  onChange: () => onPick(road),
                  isHidden: true,
                }}
              >
                <span className="gh-roads__title" id={`road-${road}-title`}>
                  <Icon />
                  {title}
                </span>
              </CardHeader>
            </Card>
          );
        })}
      </div>
      {open.length < roads.length && <ClosedRoads whyNot={whyNot} isWanted={!open.includes(picked)} />}
    </div>
  );
}

interface ClosedRoadsProps extends Pick<RoadPickerProps, 'whyNot'> {
  /** One of them is what was picked, by a template for example. */
  readonly isWanted: boolean;
}

function ClosedRoads({ whyNot, isWanted }: ClosedRoadsProps) {
  const [shown, setShown] = useState<boolean | null>(null);
  // Several roads are often closed for one reason.
  const closed = new Map<string, Road[]>();
  for (const road of roads) {
    const why = whyNot(road);
    if (why !== null) closed.set(why, [...(closed.get(why) ?? []), road]);
  }
  return (
    <ExpandableSection
      toggleId="closed-roads"
      className="gh-roads__closed"
      toggleText="Not possible on this host"
      isExpanded={shown ?? isWanted}
      onToggle={(_event, next) => setShown(next)}
      isIndented
    >
      <ul role="list">
        {[...closed].map(([why, titles]) => (
          <li key={why}>
            <strong>{titles.map((road) => roadWords[road].title).join(', ')}</strong>
            <br />
            <ForeignText text={why} />
          </li>
        ))}
      </ul>
    </ExpandableSection>
  );
}
