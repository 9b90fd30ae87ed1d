import type { ReactNode } from 'react';

interface PageHeaderProps {
  readonly title: ReactNode;
  readonly detail?: ReactNode;
  /** The detail may go where the window is narrow. */
  readonly optional?: boolean;
  readonly children?: ReactNode;
}

/** One line over a page: what it is, and what can be done with all of it. */
export function PageHeader({ title, detail, optional = false, children }: PageHeaderProps) {
  return (
    <header className="gh-header">
      <h1 className="gh-header__title">{title}</h1>
      {detail !== undefined && (
        <span className="gh-header__detail" data-optional={optional}>
          {detail}
        </span>
      )}
      <div className="gh-header__tools">{children}</div>
    </header>
  );
}
