import { Card, CardHeader } from '@patternfly/react-core';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { type Road, roads, roadWords } from './roads.ts';

interface RoadPickerProps {
  readonly road: Road;
  /** Why a road cannot be taken on this host; null where it can. */
  readonly whyNot: (road: Road) => string | null;
  readonly onPick: (road: Road) => void;
}

/** What the new guest begins with. Roads that this host does not have stay in their places and say why. */
export function RoadPicker({ road: picked, whyNot, onPick }: RoadPickerProps) {
  // Several roads are often closed for one reason.
  const closed = new Map<string, Road[]>();
  for (const road of roads) {
    const why = whyNot(road);
    if (why !== null) closed.set(why, [...(closed.get(why) ?? []), road]);
  }
  const reasons = [...closed.keys()];
  return (
    <div>
      <div className="gh-roads" role="radiogroup" aria-label="Begin with">
        {roads.map((road) => {
          const { title, icon: Icon } = roadWords[road];
          const why = whyNot(road);
          return (
            <Card key={road} id={`card-${road}`} isCompact isSelectable isSelected={road === picked} isDisabled={why !== null}>
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
      {reasons.length > 0 && (
        <ul className="gh-roads__closed">
          {reasons.map((why) => (
            <li key={why}>
              {closed
                .get(why)
                ?.map((road) => roadWords[road].title)
                .join(', ')}
              : <ForeignText text={why} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
