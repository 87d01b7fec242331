"use client";

import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorState } from "./error-state.tsx";
import { Pager } from "./pager.tsx";
import { SkeletonRows } from "./skeleton.tsx";
import { type Column, Table } from "./table.tsx";

export interface PagedTableProps<T> {
  list: UseInfiniteQueryResult<InfiniteData<{ data: T[]; nextCursor: string | null }>>;
  /** One and many: `["key", "keys"]`. */
  noun: readonly [string, string];
  caption: string;
  columns: Column<T>[];
  rowKey: (row: T) => string;
  /** What is shown where there is no row. */
  empty: ReactNode;
}

/** A list that is read page by page, in each of its states. */
export function PagedTable<T>({ list, noun, caption, columns, rowKey, empty }: PagedTableProps<T>) {
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  if (list.isPending) return <SkeletonRows rows={3} />;
  if (list.isError && rows.length === 0)
    return (
      <ErrorState error={list.error} what={`The ${noun[1]} could not be read`} onRetry={() => void list.refetch()} className="border-0" />
    );
  if (rows.length === 0) return empty;
  return (
    <>
      <Table caption={caption} columns={columns} rows={rows} rowKey={rowKey} />
      <Pager
        shown={rows.length}
        noun={rows.length === 1 ? noun[0] : noun[1]}
        hasMore={list.hasNextPage}
        busy={list.isFetchingNextPage}
        onMore={() => void list.fetchNextPage()}
      />
    </>
  );
}
