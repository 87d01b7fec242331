"use client";

import type { Operations } from "@crew/contracts/workers";
import { formatCount, formatDuration } from "../../ui/format-figures.ts";
import { type Column, Table } from "../../ui/table.tsx";
import { jobWords } from "./dead-letter-words.ts";

type JobLine = Operations["jobs"][number];

export function JobsTable({ jobs }: { jobs: JobLine[] }) {
  if (jobs.length === 0) return <p className="px-4 py-3 text-sm text-muted">No job was ever sent.</p>;
  return <Table caption="Jobs by name" columns={COLUMNS} rows={jobs} rowKey={({ name }) => name} />;
}

const count = (id: "due" | "active" | "later", header: string, className = "w-20"): Column<JobLine> => ({
  id,
  header,
  align: "right",
  className,
  cell: (line) => <span className={line[id] === 0 ? "text-faint" : ""}>{formatCount(line[id])}</span>,
});

const COLUMNS: Column<JobLine>[] = [
  { id: "name", header: "Job", cell: ({ name }) => <span title={name}>{jobWords(name)}</span> },
  count("due", "Due"),
  count("active", "Active"),
  count("later", "Later", "w-20 max-sm:hidden"),
  {
    id: "oldest",
    header: "Oldest due",
    align: "right",
    className: "w-28 max-sm:hidden",
    cell: ({ due, oldestMs }) => <span className="text-sm text-muted">{due === 0 ? "–" : formatDuration(oldestMs)}</span>,
  },
];
