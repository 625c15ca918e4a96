import { describe, expect, it } from "vitest";

import { mustParse, valueAt, type JsonObject } from "./document";
import { moveItem, removeValue, setValue, switchField } from "./fields";
import { insertAfter, insertAsRule, insertIntoScope, insertOnEdge, ONWARD, type NewState } from "./insert";
import { addCatcher, addRetrier, copyState, duplicateState, pastedState, removeItem } from "./parts";
import { deleteEdge, deleteStates, moveOnEdge, reconnect } from "./remove";
import { renameState } from "./rename";

const POLL = `{
    "StartAt": "Start job",
    "States": {
        "Start job": {"Type": "Task", "Resource": "arn:x", "TimeoutSeconds": 2.0,
            "Next": "Get job"},
        "Get job": {
            "Type": "Task",
            "Resource": "arn:y",
            "Catch": [
                { "ErrorEquals": ["States.ALL"], "Next": "Failed" }
            ],
            "Next": "Ready?"
        },
        "Ready?": {
            "Type": "Choice",
            "Choices": [
                { "Variable": "$.s", "StringEquals": "FAILED", "Next": "Failed" },
                { "Variable": "$.s", "StringEquals": "DONE", "Next": "Read" }
            ],
            "Default": "Hold"
        },
        "Hold": { "Type": "Wait", "Seconds": 5, "Next": "Get job" },
        "Read": {
            "Type": "Pass",
            "End": true
        },
        "Failed": { "Type": "Fail" }
    }
}
`;
const poll = mustParse(POLL);
const PASS: NewState = { name: "Tidy", body: { Type: "Pass" } };
const json = (text: string): JsonObject => JSON.parse(text) as JsonObject;

/** The lines of `after` that aren't in `before`, and the other way round. */
function changedLines(before: string, after: string): { gone: string[]; come: string[] } {
  const [old, young] = [before.split("\n"), after.split("\n")];
  return { gone: old.filter((line) => !young.includes(line)), come: young.filter((line) => !old.includes(line)) };
}

describe("inserting", () => {
  it("on a Next touches that line and adds the state after its source, in the document's own indentation", () => {
    const { text, select } = insertOnEdge(poll, ["/States/Get job/Next"], PASS);
    expect(select).toEqual(["/States/Tidy"]);
    expect(text).toBe(
      POLL.replace(
        '            "Next": "Ready?"\n        },\n',
        '            "Next": "Tidy"\n        },\n' +
          '        "Tidy": {\n            "Type": "Pass",\n            "Next": "Ready?"\n        },\n',
      ),
    );
  });

  it("on an End makes it a Next, and the new state ends instead", () => {
    const machine = json(insertOnEdge(poll, ["/States/Read/End"], PASS).text);
    expect(machine).toMatchObject({ States: { Read: { Type: "Pass", Next: "Tidy" }, Tidy: { Type: "Pass", End: true } } });
    expect((machine as { States: { Read: object } }).States.Read).not.toHaveProperty("End");
  });

  it("on StartAt, Default, a rule and a Catch rewires exactly that one", () => {
    const at = (pointer: string, where: string): void => {
      const document = mustParse(insertOnEdge(poll, [pointer], PASS).text);
      expect(valueAt(document, pointer)).toBe("Tidy");
      expect(valueAt(document, "/States/Tidy/Next")).toBe(where);
    };
    at("/StartAt", "Start job");
    at("/States/Ready?/Default", "Hold");
    at("/States/Ready?/Choices/1/Next", "Read");
    at("/States/Get job/Catch/0/Next", "Failed");
  });

  it("on an edge that stands for a Next and a Catch at once rewires both", () => {
    const text = POLL.replace('"Next": "Failed" }\n            ],\n            "Next": "Ready?"', '"Next": "Read" }\n            ],\n            "Next": "Read"');
    const document = mustParse(insertOnEdge(mustParse(text), ["/States/Get job/Next", "/States/Get job/Catch/0/Next"], PASS).text);
    expect(valueAt(document, "/States/Get job/Next")).toBe("Tidy");
    expect(valueAt(document, "/States/Get job/Catch/0/Next")).toBe("Tidy");
  });

  it("takes another name when the name is taken, also inside what is inserted", () => {
    const box: NewState = {
      name: "Read",
      body: { Type: "Parallel", Branches: [{ StartAt: "Hold", States: { Hold: { Type: "Pass", End: true } } }] },
    };
    const document = mustParse(insertOnEdge(poll, ["/States/Hold/Next"], box).text);
    expect(valueAt(document, "/States/Read 2/Branches/0/StartAt")).toBe("Hold 2");
    expect(valueAt(document, "/States/Read 2/Branches/0/States/Hold 2/Type")).toBe("Pass");
    expect(valueAt(document, "/States/Read 2/Next")).toBe("Get job");
  });

  it("of a Choice where the path ends gives it a Succeed to go to", () => {
    const choice: NewState = {
      name: "Good?",
      body: { Type: "Choice", Choices: [{ Variable: "$.ok", BooleanEquals: true, Next: ONWARD }], Default: ONWARD },
    };
    const document = mustParse(insertOnEdge(poll, ["/States/Read/End"], choice).text);
    expect(valueAt(document, "/States/Good?")).toEqual({
      Type: "Choice", Choices: [{ Variable: "$.ok", BooleanEquals: true, Next: "Done" }], Default: "Done",
    });
    expect(valueAt(document, "/States/Done")).toEqual({ Type: "Succeed" });
  });

  it("of a pattern wires its states to each other and onward", () => {
    const pattern: NewState = {
      name: "Get job",
      body: { Type: "Task", Resource: "arn:z", Next: "Over?" },
      followers: [
        { name: "Over?", body: { Type: "Choice", Choices: [{ Variable: "$.s", IsPresent: true, Next: ONWARD }], Default: "Pause" } },
        { name: "Pause", body: { Type: "Wait", Seconds: 5, Next: "Get job" } },
      ],
    };
    const document = mustParse(insertOnEdge(poll, ["/States/Start job/Next"], pattern).text);
    expect(valueAt(document, "/States/Start job/Next")).toBe("Get job 2");
    expect(valueAt(document, "/States/Pause/Next")).toBe("Get job 2");
    expect(valueAt(document, "/States/Over?/Choices/0/Next")).toBe("Get job");
  });

  it("of a Fail where the path goes on is refused with the reason", () => {
    expect(() => insertOnEdge(poll, ["/States/Get job/Next"], { name: "F", body: { Type: "Fail" } })).toThrow(/ends the path/);
  });

  it.each([
    ["{}", ""],
    ['{"StartAt": "", "States": {}}', ""],
    ['{\n\t"Comment": "new",\n\t"StartAt": "",\n\t"States": {}\n}', ""],
    ['{"StartAt":"M","States":{"M":{"Type":"Map","ItemProcessor":{"StartAt":"","States":{}},"End":true}}}', "/States/M/ItemProcessor"],
  ])("into the empty scope of %j starts there and ends there", (text, scope) => {
    const document = mustParse(insertIntoScope(mustParse(text), scope, PASS).text);
    expect(valueAt(document, scope === "" ? "/StartAt" : `${scope}/StartAt`)).toBe("Tidy");
    expect(valueAt(document, `${scope}/States/Tidy`)).toEqual({ Type: "Pass", End: true });
  });

  it("keeps one-line documents on one line and Windows line ends as they are", () => {
    const minified = JSON.stringify(JSON.parse(POLL));
    expect(insertOnEdge(mustParse(minified), ["/States/Read/End"], PASS).text).toBe(
      minified.replace('"Read":{"Type":"Pass","End":true}', '"Read":{"Type":"Pass","Next":"Tidy"},"Tidy":{"Type":"Pass","End":true}'),
    );
    const windows = POLL.replaceAll("\n", "\r\n");
    const text = insertOnEdge(mustParse(windows), ["/States/Read/End"], PASS).text;
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });

  it("after a Choice goes to its Default, after a Fail goes before it", () => {
    expect(valueAt(mustParse(insertAfter(poll, "/States/Ready?", PASS).text), "/States/Ready?/Default")).toBe("Tidy");
    const document = mustParse(insertAfter(poll, "/States/Failed", PASS).text);
    expect(valueAt(document, "/States/Ready?/Choices/0/Next")).toBe("Tidy");
    expect(valueAt(document, "/States/Tidy/Next")).toBe("Failed");
  });

  it("as a rule adds the rule and the state behind it", () => {
    const document = mustParse(insertAsRule(poll, "/States/Ready?", { Variable: "$.s", IsNull: true }, { name: "Stop", body: { Type: "Fail" } }).text);
    expect(valueAt(document, "/States/Ready?/Choices/2")).toEqual({ Variable: "$.s", IsNull: true, Next: "Stop" });
    expect(valueAt(document, "/States/Stop")).toEqual({ Type: "Fail" });
  });
});

describe("deleting", () => {
  it("heals the path: what led to the state leads to where it went", () => {
    const document = mustParse(deleteStates(poll, ["/States/Get job"]).text);
    expect(valueAt(document, "/States/Start job/Next")).toBe("Ready?");
    expect(valueAt(document, "/States/Hold/Next")).toBe("Ready?");
    expect(valueAt(document, "/States/Get job")).toBeUndefined();
  });

  it("of the last state of a path makes its predecessors end, and drops rules and Catchers that led only there", () => {
    const document = mustParse(deleteStates(poll, ["/States/Failed"]).text);
    expect(valueAt(document, "/States/Get job/Catch")).toBeUndefined();
    expect(valueAt(document, "/States/Ready?/Choices")).toEqual([{ Variable: "$.s", StringEquals: "DONE", Next: "Read" }]);
  });

  it("of the only state leaves an empty scope that can be filled again", () => {
    const one = mustParse('{\n  "StartAt": "A",\n  "States": {\n    "A": { "Type": "Succeed" }\n  }\n}');
    const text = deleteStates(one, ["/States/A"]).text;
    expect(json(text)).toEqual({ StartAt: "", States: {} });
    expect(json(insertIntoScope(mustParse(text), "", PASS).text)).toEqual({ StartAt: "Tidy", States: { Tidy: { Type: "Pass", End: true } } });
  });

  it("of two neighbours leads past both", () => {
    const document = mustParse(deleteStates(poll, ["/States/Start job", "/States/Get job"]).text);
    expect(valueAt(document, "/StartAt")).toBe("Ready?");
  });

  it("of a connection takes the rule away, and only its line", () => {
    const { text } = deleteEdge(poll, ["/States/Ready?/Choices/0/Next"]);
    expect(changedLines(POLL, text).come).toEqual([]);
    expect(changedLines(POLL, text).gone).toEqual(['                { "Variable": "$.s", "StringEquals": "FAILED", "Next": "Failed" },']);
  });

  it("of what an insertion added restores the very text", () => {
    const inserted = insertOnEdge(poll, ["/States/Get job/Next"], PASS);
    expect(deleteStates(mustParse(inserted.text), inserted.select ?? []).text).toBe(POLL);
  });
});

describe("renaming", () => {
  it("follows StartAt, Next, Default, rules and Catchers, and nothing else", () => {
    const document = mustParse(renameState(poll, "/States/Failed", "Given up").text);
    expect(valueAt(document, "/States/Get job/Catch/0/Next")).toBe("Given up");
    expect(valueAt(document, "/States/Ready?/Choices/0/Next")).toBe("Given up");
    expect(valueAt(document, "/States/Ready?/Choices/0/StringEquals")).toBe("FAILED");
    expect(valueAt(mustParse(renameState(poll, "/States/Start job", "Go").text), "/StartAt")).toBe("Go");
    expect(valueAt(mustParse(renameState(poll, "/States/Hold", "W").text), "/States/Ready?/Default")).toBe("W");
  });

  it("back restores the very text", () => {
    const there = renameState(poll, "/States/Get job", 'Look "again"').text;
    expect(renameState(mustParse(there), '/States/Look "again"', "Get job").text).toBe(POLL);
  });

  it.each([["Read", /Another state/], ["", /needs a name/], ["x".repeat(81), /at most 80/]])("to %j is refused", (name, why) => {
    expect(() => renameState(poll, "/States/Hold", name)).toThrow(why);
  });
});

describe("reconnecting and moving", () => {
  it("leads an edge to another state, or to the end", () => {
    expect(valueAt(mustParse(reconnect(poll, ["/States/Hold/Next"], "/States/Read").text), "/States/Hold/Next")).toBe("Read");
    expect(valueAt(mustParse(reconnect(poll, ["/States/Hold/Next"], undefined).text), "/States/Hold/End")).toBe(true);
    expect(valueAt(mustParse(reconnect(poll, ["/States/Read/End"], "/States/Hold").text), "/States/Read/Next")).toBe("Hold");
    expect(valueAt(mustParse(reconnect(poll, ["/StartAt"], "/States/Hold").text), "/StartAt")).toBe("Hold");
  });

  it("refuses to end a rule, or to cross a container's border", () => {
    expect(() => reconnect(poll, ["/States/Ready?/Default"], undefined)).toThrow(/Only a state's own Next/);
    const nested = mustParse(JSON.stringify({ StartAt: "P", States: { P: { Type: "Map", End: true, ItemProcessor: { StartAt: "I", States: { I: { Type: "Pass", End: true } } } } } }));
    expect(() => reconnect(nested, ["/StartAt"], "/States/P/ItemProcessor/States/I")).toThrow(/border/);
  });

  it("moves a state with its own text and heals where it was", () => {
    const document = mustParse(moveOnEdge(poll, "/States/Hold", ["/States/Read/End"]).text);
    expect(valueAt(document, "/States/Ready?/Default")).toBe("Get job");
    expect(valueAt(document, "/States/Read/Next")).toBe("Hold");
    expect(document.text).toContain('"Hold": { "Type": "Wait", "Seconds": 5, "End": true }');
  });
});

describe("fields and parts", () => {
  it("are set, replaced and removed on their own lines", () => {
    const set = setValue(poll, "/States/Read/Comment", "why", "comment").text;
    expect(changedLines(POLL, set).come).toEqual(['            "Comment": "why",']);
    expect(removeValue(mustParse(set), "/States/Read/Comment", "comment").text).toBe(POLL);
    expect(setValue(poll, "/States/Hold/Seconds", 6, "wait").text).toBe(POLL.replace('"Seconds": 5', '"Seconds": 6'));
  });

  it("make the objects they stand in", () => {
    const document = mustParse(setValue(poll, "/States/Read/Parameters/a/b.$", "$.x", "set").text);
    expect(valueAt(document, "/States/Read/Parameters")).toEqual({ a: { "b.$": "$.x" } });
  });

  it("switch between their forms in place", () => {
    const text = switchField(poll, "/States/Hold", ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"], "SecondsPath", "$.s", "wait").text;
    expect(text).toBe(POLL.replace('"Seconds": 5', '"SecondsPath": "$.s"'));
  });

  it("add a Retrier and a Catcher, and removing them restores the very text", () => {
    const retried = addRetrier(poll, "/States/Get job").text;
    expect(removeItem(mustParse(retried), "/States/Get job", "Retry", 0, "x").text).toBe(POLL);
    const caught = addCatcher(poll, "/States/Get job", "Read").text;
    expect(valueAt(mustParse(caught), "/States/Get job/Catch/1/Next")).toBe("Read");
    expect(removeItem(mustParse(caught), "/States/Get job", "Catch", 1, "x").text).toBe(POLL);
  });

  it("reorder items without touching their text", () => {
    const text = moveItem(poll, "/States/Ready?/Choices", 1, 0, "reorder").text;
    expect(valueAt(mustParse(text), "/States/Ready?/Choices/0/StringEquals")).toBe("DONE");
    expect(moveItem(mustParse(text), "/States/Ready?/Choices", 0, 1, "reorder").text).toBe(POLL);
  });

  it("copy and paste keep numbers as they were written", () => {
    const copied = copyState(poll, "/States/Start job");
    const state = pastedState(mustParse(copied));
    expect(state?.name).toBe("Start job");
    const text = insertAfter(poll, "/States/Read", state as NewState).text;
    expect(text.match(/"TimeoutSeconds": 2\.0/g)).toHaveLength(2);
    expect(duplicateState(poll, "/States/Start job").text.match(/"TimeoutSeconds": 2\.0/g)).toHaveLength(2);
    expect(pastedState(mustParse('{"a": 1}'))).toBeUndefined();
  });
});
