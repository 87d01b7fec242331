import { Input } from "./input.tsx";

/** Two days, the second not before the first; empty: no bound. */
export function DayRangeInputs(props: {
  value: { fromDay: string; toDay: string };
  onChange: (change: { fromDay?: string; toDay?: string }) => void;
}) {
  const { value, onChange } = props;
  return (
    <>
      <Input
        type="date"
        aria-label="From this day"
        value={value.fromDay}
        max={value.toDay || undefined}
        onChange={(event) => onChange({ fromDay: event.target.value })}
      />
      <Input
        type="date"
        aria-label="To this day"
        value={value.toDay}
        min={value.fromDay || undefined}
        onChange={(event) => onChange({ toDay: event.target.value })}
      />
    </>
  );
}
