import { describe, expect, it } from "vitest";

import { formatExpression, parseFormat, slotsOf } from "./format";
import { retryTimeline } from "./retryTimeline";

describe("States.Format as text with slots", () => {
  it("fills each slot with its argument", () => {
    expect(parseFormat("States.Format('s3://{}/{}.json', $.bucket, $$.Execution.Name)")).toEqual({
      text: "s3://{$.bucket}/{$$.Execution.Name}.json",
      slots: ["$.bucket", "$$.Execution.Name"],
    });
  });

  it("keeps commas and quotes inside arguments and literal braces inside the template", () => {
    const call = "States.Format('It\\'s \\{\"title\"\\}: {}', States.ArrayGetItem($.a, 0))";
    expect(parseFormat(call)?.text).toBe("It's {\"title\"}: {States.ArrayGetItem($.a, 0)}");
  });

  it.each([
    "Plain words",
    "Title: {$.title}\n\nRemarks: {$.remarks}",
    "Answer as {\"title\": \"...\"} for {$.a['b']}",
    "a \\ backslash and a 'quote'",
    "{$.first}{$.second}",
  ])("%j comes back as it was", (text) => {
    expect(parseFormat(formatExpression(text))?.text).toBe(text);
  });

  it("leaves alone what it can't show as text: other intrinsics, literal arguments, slots without arguments", () => {
    expect(parseFormat("States.StringToJson($.a)")).toBeUndefined();
    expect(parseFormat("States.Format('{} {}', $.a)")).toBeUndefined();
    expect(parseFormat("States.Format('{}', 3)")).toBeUndefined();
  });

  it("lists the values that a text takes from the input", () => {
    expect(slotsOf("{$.a} and {literal} and {$$.Execution.Id}")).toEqual(["$.a", "$$.Execution.Id"]);
  });
});

describe("the retry timeline", () => {
  it("multiplies the wait by BackoffRate and stops growing at MaxDelaySeconds", () => {
    const plan = { IntervalSeconds: 2, MaxAttempts: 4, BackoffRate: 3, MaxDelaySeconds: 10 };
    expect(retryTimeline(plan).map(({ delay }) => delay)).toEqual([2, 6, 10, 10]);
    expect(retryTimeline(plan).map(({ at }) => at)).toEqual([2, 8, 18, 28]);
  });

  it("of no attempts is empty, of very many is cut off", () => {
    expect(retryTimeline({ IntervalSeconds: 1, MaxAttempts: 0, BackoffRate: 2 })).toEqual([]);
    expect(retryTimeline({ IntervalSeconds: 1, MaxAttempts: 99999, BackoffRate: 1 }, 5)).toHaveLength(5);
  });
});
