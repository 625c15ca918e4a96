import { expect, test } from "vitest";
import { documentOf, draftOf, EMPTY_DRAFT, mocksOf, NEW_ROW, problemOf, withRows, type CaseDocument } from "./cases";

const DOCUMENT: CaseDocument = {
  name: "busy",
  input: { a: 1 },
  mocks: { Ask: { "0-1": { Throw: { Error: "Busy", Cause: "later" } }, "2": { Return: { ok: true }, AfterSeconds: 5 }, "*": { Never: true } } },
  expected: { status: "FAILED" },
};

test("a saved case comes back as it was", () => {
  const draft = draftOf({ id: 3, name: "busy", document: DOCUMENT });
  expect(problemOf(draft)).toBeUndefined();
  expect(documentOf(draft)).toEqual(DOCUMENT);
  expect(draft.mocks["Ask"]?.map(({ kind }) => kind)).toEqual(["Return", "Throw", "Never"]);
});

test("a case without expectations or mocks needs neither", () => {
  const draft = draftOf({ id: 1, name: "x", document: { name: "x" } });
  expect(documentOf(draft)).toEqual({ name: "x", input: {}, mocks: {} });
});

test("what can't be sent is said with its state", () => {
  expect(problemOf({ ...EMPTY_DRAFT, input: "{" })).toBe("The input isn't JSON yet.");
  expect(problemOf({ ...EMPTY_DRAFT, expected: "[" })).toBe("What is expected isn't JSON yet.");
  expect(problemOf(withRows(EMPTY_DRAFT, "A", [{ ...NEW_ROW, value: "{" }]))).toBe("What A returns isn't JSON yet.");
  expect(problemOf(withRows(EMPTY_DRAFT, "A", [{ ...NEW_ROW, kind: "Throw", value: " " }]))).toBe("A throws an error without a name.");
  expect(problemOf(withRows(EMPTY_DRAFT, "A", [{ ...NEW_ROW, after: "soon" }]))).toBe("A answers after a number of seconds.");
  expect(problemOf(withRows(EMPTY_DRAFT, "A", [NEW_ROW, NEW_ROW]))).toBe("A has two mocks for the same call.");
});

test("a state whose mocks were all taken away has none", () => {
  expect(mocksOf(withRows(EMPTY_DRAFT, "A", []))).toEqual({});
});
