import type { OpenSpan, Traces } from "@crew/core/traces-port";

const NO_SPAN: OpenSpan = {
  set() {},
  fail() {},
  link() {},
  within: (work) => work(),
  end() {},
};

/** Keeps no spans, where nobody collects them. */
export const NO_TRACES: Traces = { isOn: false, span: (_start, work) => work(NO_SPAN), begin: () => NO_SPAN, endRun() {} };
