import { formatMoment } from "./format-figures.ts";

/** Day and time, shortly; the whole moment on hovering. */
export function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()}>
      {formatMoment(at)}
    </time>
  );
}
