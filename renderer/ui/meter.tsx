interface MeterProps {
  readonly label: string;
  /** 0 to 1. */
  readonly share: number;
  readonly text: string;
}

/** A thin bar with what it measures for those who do not see it. */
export function Meter({ label, share, text }: MeterProps) {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <span
      className="gh-meter"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={text}
      title={`${label}: ${text}`}
    >
      <span className="gh-meter__bar" style={{ width: `${percent}%` }} />
    </span>
  );
}
