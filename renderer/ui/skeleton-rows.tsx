import { Skeleton } from '@patternfly/react-core';

const widths = ['34%', '28%', '41%', '25%', '37%', '30%'];

/** The place of a list that is on its way, in the height of its rows. */
export function SkeletonRows({ label }: { readonly label: string }) {
  return (
    <div className="gh-skeletons" aria-busy="true" role="status" aria-label={label}>
      {widths.map((width) => (
        <div key={width} className="gh-skeletons__row">
          <Skeleton width="70px" />
          <Skeleton width={width} />
          <Skeleton width="90px" />
          <Skeleton width="90px" />
        </div>
      ))}
    </div>
  );
}
