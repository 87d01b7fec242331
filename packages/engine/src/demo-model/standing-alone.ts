/** A sentence with the one before it, when it says too little without it. */
export interface StandingText {
  text: string;
  /** It points at something before it, and there is nothing before it to take along. */
  isDangling: boolean;
}

const LONGEST = 420;
const FEW_WORDS = 6;

const OF_THE_TEXT =
  "report|document|text|paper|offer|note|notes|letter|study|page|article|agreement|contract|policy|proposal|brief|summary|memo";
const POINTS_BACK = new RegExp(
  "^(?:(?:and|but|so|also|if|when|as|because|although|while|since|until|once|unless|in|on|at|for|with|from|by|of|after|before|during|about|half of|one of|some of|most of|all of|none of|each of|both of|many of|not all of)\\s+){0,2}" +
    `(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|those|these|such|this(?!\\s+(?:${OF_THE_TEXT}|year|month|week|morning|afternoon|evening|time)\\b)|that(?=\\s+(?:is|was|will|would|has|had|means?|makes?|leaves?|does|can|could|should|may|might)\\b)|the (?:latter|former|other one|others|same))\\b`,
  "iu",
);
const AFTER_THAT =
  /^(?:after|before|since|until|for|besides|despite|because of|in addition to|apart from|by|with) (?:that|this)\b(?! (?:year|month|week|time)\b)/i;
const CARRIES_ON = /^(?:otherwise|therefore|however|instead|hence|consequently|nevertheless|even so|the reason is)\b/i;
/** One of several, of which the others are elsewhere; each is a paragraph of its own, so nothing is joined. */
export const ONE_OF_SEVERAL = /^(?:(?:second|third|fourth|fifth|last|final)(?:ly)?, |first(?:ly)?, (?:that|to) )/i;
/** "It was agreed that …" points at nothing. */
const STANDS_FOR_NOTHING =
  /^it (?:is|was|has been|had been|will be|became|seems|appears)(?: (?:also|then|now|not|still))? (?:(?:un)?(?:decided|agreed|resolved|approved|proposed|suggested|noted|said|reported|known|clear|likely|possible|necessary|important|expected|planned|hoped|feared|assumed|easy|hard|difficult|worth|true|recommended)\b|that\b)/i;
const POINTS_BACK_INSIDE =
  /\b(?:these|those) (?:two|three|four|five|six)\b|^[^,;:]*\b(?:\d+|one|two|three|four|five|six|some|most|all|none|many|few|each|half|both|any) of (?:them|these|those)\b/iu;

/** Joins sentences of one paragraph, so that each piece can be read alone. */
export function standingAlone(sentences: readonly string[]): StandingText[] {
  const pieces: (StandingText & { last: string })[] = [];
  for (const sentence of sentences) {
    const before = pieces.at(-1);
    const isShortQuestion =
      /\?$/.test(sentence) && sentence.split(/\s+/).length < FEW_WORDS && before !== undefined && !/\?\s/.test(`${before.text} `);
    const needsMore = pointsBack(sentence) || isShortQuestion || POINTS_BACK_INSIDE.test(sentence);
    if (needsMore && before !== undefined) {
      const whole = `${before.text} ${sentence}`;
      const pair = `${before.last} ${sentence}`;
      if (whole.length <= LONGEST) pieces.splice(-1, 1, { text: whole, isDangling: before.isDangling, last: sentence });
      else if (pair.length <= LONGEST && !pointsBack(before.last)) pieces.push({ text: pair, isDangling: false, last: sentence });
      else pieces.push({ text: sentence, isDangling: pointsBack(sentence), last: sentence });
    } else pieces.push({ text: sentence, isDangling: pointsBack(sentence) || ONE_OF_SEVERAL.test(sentence), last: sentence });
  }
  return pieces.map(({ text, isDangling }) => ({ text, isDangling }));
}

/** Whether a sentence begins with a word for something that was named before it. */
export function pointsBack(sentence: string): boolean {
  const start = sentence.slice(0, 120);
  return !STANDS_FOR_NOTHING.test(start) && (POINTS_BACK.test(start) || AFTER_THAT.test(start) || CARRIES_ON.test(start));
}
