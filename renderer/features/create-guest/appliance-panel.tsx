import { Alert, DescriptionList } from '@patternfly/react-core';
import { api } from '../../api.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { formatBytes } from '../../ui/quantity.ts';
import { ChooseButton } from './choose-button.tsx';
import type { Sources } from './draft.ts';
import { Fact } from './fact.tsx';

interface AppliancePanelProps {
  readonly chosen: Sources['appliance'];
  readonly onChoose: (chosen: Sources['appliance']) => void;
}

/** A packed machine, and what is in it. */
export const AppliancePanel = ({ chosen, onChoose }: AppliancePanelProps) => (
  <>
    <ChooseButton id="appliance" isPrimary={chosen === null} choose={async () => api.media.chooseAppliance({})} onChoose={onChoose}>
      {chosen === null ? 'Choose appliance' : 'Choose another'}
    </ChooseButton>
    {chosen !== null && <ApplianceFacts appliance={chosen.appliance} />}
  </>
);

function ApplianceFacts({ appliance }: { readonly appliance: NonNullable<Sources['appliance']>['appliance'] }) {
  const { name, system, disks, networkCards, manifest } = appliance;
  return (
    <>
      <DescriptionList isHorizontal isCompact className="gh-create__facts" aria-label="The appliance">
        <Fact term="Appliance">
          <ForeignText text={name} />
        </Fact>
        {system !== null && (
          <Fact term="Says it is">
            <ForeignText text={system} />
          </Fact>
        )}
        <Fact term={disks.length === 1 ? 'Disk' : 'Disks'}>
          {disks.map(({ id, file, format, capacity, size }) => (
            <div key={id}>
              <ForeignText text={file} />: {format}, {formatBytes(capacity ?? size)}
            </div>
          ))}
        </Fact>
        <Fact term="Network cards">{networkCards.length}</Fact>
      </DescriptionList>
      {!manifest && (
        <Alert
          isInline
          isPlain
          component="p"
          variant="info"
          title="It carries no sums of its files: nobody can tell whether they are whole."
        />
      )}
    </>
  );
}
