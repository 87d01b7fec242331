/** Days as the browser's date field writes them, as moments: days are those of the reader, the last one whole. */
export function dayRange(fromDay: string, toDay: string): { from: string | undefined; to: string | undefined } {
  return {
    from: fromDay ? new Date(`${fromDay}T00:00:00`).toISOString() : undefined,
    to: toDay ? dayAfter(toDay).toISOString() : undefined,
  };
}

function dayAfter(day: string): Date {
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + 1);
  return date;
}
