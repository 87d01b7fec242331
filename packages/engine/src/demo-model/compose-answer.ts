import type { ActionItem } from "./action-items.ts";
import { commonText, differencesText, inquiriesText, onlyText, pointsTable } from "./comparison-forms.ts";
import type { ExpectedForm } from "./expected-form.ts";
import { list, sourceTitle, table } from "./markdown-forms.ts";
import { sumsText } from "./sum-table.ts";
import { headline, ownTitle, withoutMark } from "./text-title.ts";
import { NONE_FOUND } from "./text-units.ts";
import { actionsIn, answersIn, datesOf, figuresOf, namesIn, type Reading, unitsFor } from "./topic-findings.ts";
import { type Topic, topicOf } from "./topic-words.ts";
import { pickUnits, type RankedUnit } from "./unit-ranking.ts";

const USUAL_COUNT = 6;

/** Writes what was found in the form that was asked for. */
export function composeAnswer(form: ExpectedForm, reading: Reading, results: readonly string[]): string {
  if (form.shape === "json") return composeJson(form, reading);
  if (form.shape === "table") return composeTable(form, reading);
  const body = form.shape === "mail" ? composeMail(form, reading) : composeDocument(form, reading);
  return [...results.map((result) => `**${result}**`), body].filter((part) => part !== "").join("\n\n");
}

function composeDocument(form: ExpectedForm, reading: Reading): string {
  const sections = form.topics.filter(({ topic }) => topic !== "headline");
  const parts: string[] = [];
  if (form.topics.some(({ topic }) => topic === "headline")) parts.push(`# ${headline(reading)}`);
  const shown = new Set<string>();
  for (const { topic, count, title } of sections) {
    const text = sectionText(topic, count, form, reading, shown);
    if (text === "") continue;
    if (sections.length > 1 || parts.length > 0) parts.push(`## ${title ?? topicOf(topic).title}\n\n${text}`);
    else parts.push(text);
  }
  return parts.join("\n\n") || none(sections[0]?.topic ?? "points");
}

/** `shown` keeps a sentence from standing in two sections, as long as another one fits. */
function sectionText(topic: Topic, count: number | null, form: ExpectedForm, reading: Reading, shown: Set<string>): string {
  const most = count ?? USUAL_COUNT;
  if (topic === "actions") return listActions(actionsIn(reading).slice(0, count ?? 20));
  if (topic === "names")
    return (
      list(
        namesIn(reading, count ?? 10).map(({ name, count: times }) => `${name} (${times}×)`),
        form.isNumbered,
      ) || none(topic)
    );
  if (topic === "headings") return list(reading.headings.slice(0, 40), form.isNumbered) || none(topic);
  const compared = comparedText(topic, most, form, reading);
  if (compared !== null) return compared;
  if (topic === "answers") {
    const pairs = answersIn(reading, count ?? 5);
    return pairs.length === 0 ? none(topic) : pairs.map(({ question, answer }) => `**Q: ${question}**\n\nA: ${answer}`).join("\n\n");
  }
  const isSummary = topic === "summary";
  const isProse = isSummary || (form.isProse && form.topics.length === 1);
  const words = isProse ? (form.words ?? (form.sentences === null ? 80 : 2_000)) : undefined;
  const fresh = { ...reading, units: reading.units.filter((unit) => !shown.has(unit.text)) };
  const limits = {
    count: isProse ? (form.sentences ?? (form.words === null ? 5 : 400)) : most,
    words,
    sentences: isProse ? (form.sentences ?? undefined) : undefined,
  };
  const source = ["figures", "risks", "decisions", "recommendations"].includes(topic) ? reading : fresh;
  const withFigure = { ...source, units: source.units.filter((unit) => figuresOf(unit.text).length > 0) };
  const units = unitsFor(topic, form.needsFigure && topic === "points" && withFigure.units.length > 0 ? withFigure : source, limits);
  for (const unit of units) shown.add(unit.text);
  if (units.length === 0) return none(topic);
  if (isProse) return units.map((unit) => asSentence(unit.text)).join(" ");
  const lines = units.map((unit) => (topic === "figures" ? withFigures(unit.text) : withoutMark(unit.text)));
  return list(lines, form.isNumbered);
}

/** Sections that set several texts against each other; empty where there is nothing to say beside other sections. */
function comparedText(topic: Topic, count: number, form: ExpectedForm, reading: Reading): string | null {
  const isAsked = (other: Topic) => form.topics.some((one) => one.topic === other);
  if (topic === "sums") return sumsText(reading);
  if (topic === "common") return commonText(reading, count, !isAsked("differences"));
  if (topic === "differences") return differencesText(reading, count, !isAsked("only"));
  if (topic === "only") return onlyText(reading, count);
  return topic === "inquiries" ? inquiriesText(reading, count) : null;
}

function composeMail(form: ExpectedForm, reading: Reading): string {
  const sections = form.topics.filter(({ topic }) => topic !== "headline" && !(topic === "summary" && form.topics.length > 1));
  const shown = new Set<string>();
  const parts = sections.flatMap(({ topic, count }) => {
    const text = sectionText(topic, count, { ...form, isProse: false }, reading, shown);
    if (text === none(topic)) return [];
    return topic === "summary" ? [text] : [`**${topicOf(topic).title}**\n\n${text}`];
  });
  if (parts.length === 0) parts.push(sectionText("points", null, form, reading, shown));
  const names = sections.map(({ topic, title }) => title ?? topicOf(topic).title).filter((_, at) => at < 3);
  const subject = ownTitle(reading) ?? (names.length > 0 ? names.join(", ") : headline(reading));
  const end = form.sender === "" ? "Kind regards" : `Kind regards\n${form.sender}`;
  return [`Subject: ${subject}`, "Hello everyone,", ...parts, end].join("\n\n");
}

function composeJson(form: ExpectedForm, reading: Reading): string {
  const fields = form.fields.length > 0 ? form.fields : form.topics.map(({ topic }) => (topic === "actions" ? "action_items" : topic));
  const value = Object.fromEntries(fields.map((field) => [field, fieldValue(field, form, reading)]));
  return JSON.stringify(value, null, 2);
}

function fieldValue(field: string, form: ExpectedForm, reading: Reading): unknown {
  const words = field
    .replace(/[_-]/g, " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  const count = form.topics.find((one) => one.count !== null)?.count ?? USUAL_COUNT;
  if (/\b(?:title|headline|subject|heading)\b/.test(words)) return headline(reading);
  if (/\b(?:actions?|action items|todos?|tasks|next steps)\b/.test(words)) return actionsIn(reading);
  if (/\b(?:names|people|persons|organi[sz]ations|companies|entities|participants)\b/.test(words))
    return namesIn(reading, 10).map(({ name }) => name);
  if (/\b(?:sources?|documents?)\b/.test(words)) return reading.materials.map(({ label }) => label);
  if (/\b(?:figures|numbers|metrics|statistics|amounts)\b/.test(words)) {
    return unitsFor("figures", reading, { count }).map((unit) => ({ figures: figuresOf(unit.text), sentence: unit.text }));
  }
  if (/\bcount\b/.test(words)) return reading.units.length;
  for (const topic of ["decisions", "risks", "benefits", "questions", "dates", "recommendations"] as const) {
    if (topicOf(topic).asked.test(words)) return unitsFor(topic, reading, { count }).map((unit) => unit.text);
  }
  if (/s$|list|points/.test(words) && !/\b(?:analysis|status|basis|synopsis)\b/.test(words))
    return pickUnits(reading.units, { count }).map((unit) => unit.text);
  return pickUnits(reading.units, { count: 3, words: form.words ?? 70 })
    .map((unit) => asSentence(unit.text))
    .join(" ");
}

function composeTable(form: ExpectedForm, reading: Reading): string {
  const topic = form.topics.find((one) => one.topic !== "headline") ?? { topic: "points" as const, count: null };
  const points = form.rows.length > 1 ? pointsTable(form, reading) : null;
  if (points !== null) return points;
  if (form.rows.length > 1) return differencesText(reading, USUAL_COUNT, true);
  const isAction = topic.topic === "actions" || form.fields.some((field) => /owner|assignee|who\b|responsible/i.test(field));
  const items = isAction ? actionsIn(reading).slice(0, topic.count ?? 40) : [];
  if (isAction) {
    if (items.length === 0) return none("actions");
    const columns = form.fields.length > 0 ? form.fields : ["Action item", "Owner", "Due"];
    return table(
      columns,
      items.map((item) => columns.map((column) => actionCell(column, item, form.blank))),
    );
  }
  const most = topic.count ?? 8;
  if (topic.topic === "figures") {
    const units = unitsFor("figures", reading, { count: most });
    return units.length === 0
      ? none("figures")
      : table(
          ["Figure", "What the text says"],
          units.map((unit) => [figuresOf(unit.text).join(", "), unit.text]),
        );
  }
  const compared = comparedText(topic.topic, most, form, reading);
  if (compared !== null) return compared;
  const units = unitsFor(topic.topic, reading, { count: most });
  if (units.length === 0) return none(topic.topic);
  if (form.fields.length > 1 && form.fields.some((field) => DERIVED.test(field))) {
    return table(
      form.fields,
      units.map((unit) => form.fields.map((field, at) => findingCell(field, at, unit, form, reading))),
    );
  }
  const hasSources = reading.materials.length > 1;
  const title = topicOf(topic.topic).title;
  const rows = units.map((unit) => [
    unit.text,
    ...(hasSources ? [sourceTitle(reading.materials[unit.material]?.label ?? "")] : unit.heading === "" ? [""] : [unit.heading]),
  ]);
  const hasSecond = rows.some((row) => row[1] !== "");
  return table(hasSecond ? [title, hasSources ? "Source" : "Section"] : [title], hasSecond ? rows : rows.map((row) => row.slice(0, 1)));
}

const DERIVED = /\b(?:figures?|amounts?|numbers?|costs?|deadlines?|dates?|when|due|until|sections?|sources?|documents?)\b/i;

/** What of a sentence belongs under the name of a column. */
function findingCell(column: string, at: number, unit: RankedUnit, form: ExpectedForm, reading: Reading): string {
  if (at === 0) return withoutMark(unit.text);
  if (/figure|amount|number|cost/i.test(column)) return figuresOf(unit.text).join("; ") || form.blank;
  if (/deadline|date|when|due|until/i.test(column)) return datesOf(unit.text).join("; ") || form.blank;
  if (/source|document/i.test(column)) return sourceTitle(reading.materials[unit.material]?.label ?? "");
  return /section/i.test(column) ? unit.heading || form.blank : form.blank;
}

function actionCell(column: string, item: ActionItem, blank: string): string {
  if (/owner|who|assignee|responsible|person|name/i.test(column)) return item.owner ?? blank;
  if (/due|date|when|deadline|by/i.test(column)) return item.due ?? blank;
  if (/task|action|what|item|to-?do|step|description/i.test(column)) return item.what;
  return blank;
}

function listActions(items: readonly ActionItem[]): string {
  if (items.length === 0) return none("actions");
  return items.map(({ what, owner, due }) => `- [ ] ${what} — owner: ${owner ?? "not named"}; due: ${due ?? "not named"}`).join("\n");
}

function withFigures(text: string): string {
  const figures = figuresOf(text).slice(0, 3);
  return `**${figures.join(", ")}** — ${text}`;
}

function asSentence(text: string): string {
  return /[.!?…。！？:"”»)]$/u.test(text) ? text : `${text}.`;
}

function none(topic: Topic): string {
  const { title } = topicOf(topic);
  return `${NONE_FOUND} ${title === "" ? "headline" : title.toLowerCase()}.`;
}
