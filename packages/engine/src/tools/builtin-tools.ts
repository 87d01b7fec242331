import type { EngineTool } from "../tool.ts";
import { askPerson } from "./ask-person.ts";
import { calculator } from "./calculator.ts";
import { currentTime } from "./current-time.ts";
import { httpGet } from "./http-get.ts";
import { httpPost } from "./http-post.ts";
import { readDocument } from "./read-document.ts";

/** The tools that come with the platform. All but `http_post` only read, so a crash may repeat any of those. */
export const BUILTIN_TOOLS: readonly EngineTool[] = [readDocument, httpGet, httpPost, calculator, currentTime, askPerson];
