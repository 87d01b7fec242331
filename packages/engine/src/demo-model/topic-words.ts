/** What a part of an answer is to hold. */
export type Topic =
  | "headline"
  | "summary"
  | "points"
  | "figures"
  | "decisions"
  | "actions"
  | "risks"
  | "benefits"
  | "questions"
  | "dates"
  | "names"
  | "recommendations"
  | "common"
  | "differences"
  | "answers"
  | "headings"
  | "sums"
  | "only"
  | "inquiries";

export const TOPICS: readonly { topic: Topic; title: string; asked: RegExp; heading: RegExp; said: RegExp | null }[] = [
  { topic: "headline", title: "", asked: /\b(?:headline|title|subject line)\b/i, heading: /^$/, said: null },
  {
    topic: "sums",
    title: "Sums",
    asked: /\b(?:sums|calculations)\b/i,
    heading: /^(?:sums|calculations)$/i,
    said: null,
  },
  {
    topic: "only",
    title: "In one text only",
    asked: /\b(?:only (?:in )?one(?: \w+)?|in one \w+ only|named by one \w+ only|only in)\b/i,
    heading: /\bonly\b/i,
    said: null,
  },
  {
    topic: "inquiries",
    title: "Questions to ask",
    asked: /\bquestions? (?:to ask|to put|for (?:each|the|both|every))\b/i,
    heading: /\bquestions to ask\b/i,
    said: null,
  },
  {
    topic: "common",
    title: "In common",
    asked: /\b(?:in common|similarit\w+|agree on|shared|both say)\b/i,
    heading: /\bin common\b|^similarit/i,
    said: null,
  },
  {
    topic: "differences",
    title: "Differences",
    asked: /\b(?:differ\w*|contrast\w*|compar\w+|disagree\w*|contradict\w*)\b/i,
    heading: /\bdifferen/i,
    said: null,
  },
  {
    topic: "decisions",
    title: "Decisions",
    asked: /\b(?:decisions?|decided|agreed|resolutions?)\b/i,
    heading: /\b(?:decision|decided|agreed|resolution|beschl)/i,
    said: /\b(?:decided|decision|agreed|agree to|approved|signed off|chose|settled on|resolved|voted|we (?:will|'ll|’ll) (?:go with|use|keep|stay|drop|move)|will not|won['’]t|postponed|going with|beschlossen|entschieden|vereinbart)\b/i,
  },
  {
    topic: "actions",
    title: "Action items",
    asked:
      /\b(?:action items?|actions?|to-?dos?|next steps?|follow-ups?(?![ -]*(?:e-?mail|mail|message|letter))|who does what|assignments?|tasks)\b/i,
    heading: /\b(?:actions?|to-?dos?|next steps?|tasks|aufgaben|follow)/i,
    said: null,
  },
  {
    topic: "risks",
    title: "Risks",
    asked:
      /\b(?:risks?|concerns?|problems?|threats?|weakness\w*|issues?|blockers?|challenges?|downsides?|drawbacks?|warnings?|obligations?)\b/i,
    heading: /\b(?:risk|concern|problem|threat|weakness|issue|blocker|challenge|risiken)/i,
    said: /\b(?:risk\w*|delay\w*|concern\w*|expir\w+|ends? support|no (?:security )?updates|retire|doubled|overdue|at stake|leaks?|problem\w*|blocked|blocker|late|fail\w*|lack\w*|shortage|uncertain\w*|unclear|depend\w*|threat\w*|warn\w*|worr\w+|loss\w*|los(?:e|ing)|declin\w+|leak\w*|deficit|not covered|out of service|vacant|refus\w+|broken|not finished|behind schedule|fell|fall(?:s|ing)?|shrank|weak\w*|expos\w+|penalt\w+|breach\w*|overrun\w*|churn\w*|outage\w*|vulnerab\w*|expensive|costly|danger\w*|harm\w*|critical|bottleneck\w*|slow\w*|unless|not yet|no longer|cannot|can['’]t|missing|missed|insufficient|complain\w*|limited to|verzögert|risiko|risiken)\b/i,
  },
  {
    topic: "benefits",
    title: "Benefits",
    asked: /\b(?:benefits?|advantages?|strengths?|opportunit\w+|upsides?|pros|achievements?|wins|highlights)\b/i,
    heading: /\b(?:benefit|advantage|strength|opportunit|achievement|highlight)/i,
    said: /\b(?:benefit\w*|advantage\w*|improv\w+|grew|grow(?:s|th|ing)?|increas\w+|rose|gain\w*|sav(?:e|es|ed|ing|ings)|faster|better|best|strong\w*|success\w*|opportunit\w+|win|won|record|higher|easier|reduc\w+|exceed\w*|ahead of)\b/i,
  },
  {
    topic: "questions",
    title: "Open questions",
    asked: /\b(?:open questions?|unanswered|open points?|unknowns?|questions? (?:left|that remain|to clarify))\b/i,
    heading: /\b(?:open (?:question|point|issue)|unknown|offene)/i,
    said: /\?(?=["”’)\s]|$)|\b(?:nobody knows|no one knows|unclear|not (?:yet )?(?:known|decided|clear)|undecided|tbd|tbc|to be (?:decided|confirmed|clarified|defined)|open question|need to (?:find out|clarify)|offen|left open|remains? open|still open|(?:was|were|is|are) open(?= (?:whether|who|how|when|what|which)\b)|no decision|not (?:yet )?(?:settled|resolved|agreed)|unresolved|unsettled|(?:nobody|no one) could (?:say|tell|answer))\b|^(?:left )?open:/i,
  },
  {
    topic: "figures",
    title: "Figures",
    asked: /\b(?:figures|numbers|statistics|metrics|data points?|amounts?|kpis?|quantit\w+|prices)\b/i,
    heading: /\b(?:figures|numbers|statistics|metrics|zahlen)\b/i,
    said: null,
  },
  {
    topic: "dates",
    title: "Dates",
    asked: /\b(?:dates|deadlines?|timeline|milestones?|schedule)\b/i,
    heading: /\b(?:dates|deadlines?|timeline|milestones?|schedule|termine)\b/i,
    said: null,
  },
  {
    topic: "names",
    title: "Names",
    asked: /\b(?:people|persons?|organi[sz]ations?|compan(?:y|ies)|names|participants|attendees|entities|stakeholders|places)\b/i,
    heading: /\b(?:participants|attendees|present|people|names)\b/i,
    said: null,
  },
  {
    topic: "recommendations",
    title: "Recommendations",
    asked: /\b(?:recommend\w*|advice|suggest\w*|proposals?|what to decide|requests?|what is asked)\b/i,
    heading: /\b(?:recommend|advice|suggest|proposal|requests?\b|(?:we|is|are) ask|what to decide)/i,
    said: /^(?:first|second|third|fourth|finally|lastly)(?:ly)?, (?:that|we|to)\b|\bwe (?:ask|request)\b|\b(?:recommend\w*|should|propos\w+|suggest\w*|advis\w+|ought to|plan(?:s|ned)? to|consider\w*|empfehl\w+)\b/i,
  },
  {
    topic: "answers",
    title: "Questions and answers",
    asked: /\b(?:q\s?&\s?a|questions? and answers?|faqs?|question-answer)\b/i,
    heading: /\b(?:q\s?&\s?a|faq)\b/i,
    said: null,
  },
  {
    topic: "headings",
    title: "Outline",
    asked: /\b(?:outline|table of contents|structure of)\b/i,
    heading: /\boutline|contents\b/i,
    said: null,
  },
  {
    topic: "points",
    title: "Key points",
    asked:
      /\b(?:key points?|main points?|facts?|findings?|takeaways?|insights?|key messages?|bullet(?:ed)? (?:points?|lists?)|bullets|claims|key sentences|points)\b/i,
    heading: /\b(?:key points?|facts?|findings?|takeaways?|main points?)\b/i,
    said: null,
  },
  {
    topic: "summary",
    title: "Summary",
    asked: /\b(?:summar\w+|overview|abstract|synopsis|gist|paragraphs?|tl;?dr|introduction|in short|conclusions?)\b/i,
    heading: /\b(?:summary|overview|abstract)\b/i,
    said: null,
  },
];

export function topicOf(name: Topic) {
  const found = TOPICS.find((one) => one.topic === name);
  if (found === undefined) throw new RangeError(`no such topic: ${name}`);
  return found;
}
