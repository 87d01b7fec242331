import { DASHBOARD_ROWS, type DashboardPanel } from "./dashboard-panels.ts";

const DATASOURCE = { type: "prometheus", uid: "crew-prometheus" };
/** Grafana's grid is so many columns wide. */
const COLUMNS = 24;
const GRAPH = { w: 8, h: 8 };
const NUMBER = { w: 6, h: 4 };

/** What Grafana reads: each row of `DASHBOARD_ROWS` with its panels from left to right. */
export function grafanaDashboard(): object {
  const panels: object[] = [];
  let y = 0;
  for (const [title, row] of Object.entries(DASHBOARD_ROWS)) {
    panels.push({ id: panels.length + 1, type: "row", title, collapsed: false, gridPos: { x: 0, y, w: COLUMNS, h: 1 }, panels: [] });
    y += 1;
    let [x, height] = [0, 0];
    for (const panel of row) {
      const size = panel.isNumber ? NUMBER : GRAPH;
      if (x + size.w > COLUMNS) [x, y, height] = [0, y + height, 0];
      panels.push(panelOf(panel, panels.length + 1, { x, y, ...size }));
      x += size.w;
      height = Math.max(height, size.h);
    }
    y += height;
  }
  return {
    uid: "crew",
    title: "Crews",
    tags: ["crew"],
    timezone: "browser",
    schemaVersion: 39,
    version: 1,
    editable: false,
    refresh: "30s",
    time: { from: "now-3h", to: "now" },
    templating: { list: [] },
    annotations: { list: [] },
    panels,
  };
}

function panelOf({ title, unit, lines, isNumber }: DashboardPanel, id: number, gridPos: object): object {
  return {
    id,
    type: isNumber ? "stat" : "timeseries",
    title,
    datasource: DATASOURCE,
    gridPos,
    fieldConfig: { defaults: { unit, min: unit === "percentunit" ? undefined : 0 }, overrides: [] },
    options: isNumber
      ? { reduceOptions: { calcs: ["lastNotNull"], values: false }, colorMode: "none" }
      : { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi", sort: "desc" } },
    targets: Object.entries(lines).map(([legendFormat, expr], index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat: legendFormat || title,
      range: !isNumber,
      instant: Boolean(isNumber),
    })),
  };
}
