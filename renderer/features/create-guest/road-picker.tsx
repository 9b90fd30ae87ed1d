import { Card, CardHeader } from '@patternfly/react-core';
import { type Road, roads, roadWords } from './roads.ts';

interface RoadPickerProps {
  readonly road: Road;
  /** Why a road cannot be taken on this host; null where it can. */
  readonly whyNot: (road: Road) => string | null;
  readonly onPick: (road: Road) => void;
}

/** What the new guest begins with. Roads that this host does not have stay in their places and say why. */
export function RoadPicker({ road: picked, whyNot, onPick }: RoadPickerProps) {
  const closed = roads.flatMap((road) => {
    const why = whyNot(road);
    return why === null ? [] : [{ road, why }];
  });
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
                  selectableActionProps: { 'aria-describedby': why === null ? undefined : `road-${road}-why` },
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
      {closed.length > 0 && (
        <ul className="gh-roads__closed">
          {closed.map(({ road, why }) => (
            <li key={road} id={`road-${road}-why`}>
              {roadWords[road].title}: {why}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
