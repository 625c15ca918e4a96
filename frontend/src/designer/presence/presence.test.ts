import { beforeEach, describe, expect, it } from "vitest";

import { initialsOf } from "./Presence";
import { forgetSilent, hear, usePresence } from "./presence";

const ada = { type: "here", page: "1", person: 4, name: "Ada L", since: "2026-01-01T10:00:00Z", state: "" } as const;
const names = () => usePresence.getState().others.map(({ name, state }) => [name, state]);

beforeEach(() => usePresence.setState({ others: [], newest: undefined }));

describe("who else is here", () => {
  it("comes, says where it is, and goes", () => {
    hear(ada, 0);
    hear({ ...ada, state: "Ask" }, 10);
    hear({ ...ada, page: "2", name: "Bob", since: "2026-01-01T09:00:00Z" }, 10);
    expect(names()).toEqual([["Bob", ""], ["Ada L", "Ask"]]);
    hear({ type: "gone", page: "2" }, 20);
    expect(names()).toEqual([["Ada L", "Ask"]]);
  });

  it("is forgotten when it falls silent", () => {
    hear(ada, 0);
    forgetSilent(30_000);
    expect(names()).toHaveLength(1);
    forgetSilent(46_000);
    expect(names()).toEqual([]);
  });

  it("tells of the newest revision", () => {
    hear({ type: "saved", number: 5, by: "ada" });
    hear({ type: "saved", number: 4, by: "bob" });
    expect(usePresence.getState().newest).toEqual({ number: 5, by: "ada" });
  });

  it("has initials", () => {
    expect([initialsOf("ada.lovelace"), initialsOf("Bob"), initialsOf("")]).toEqual(["AL", "B", "?"]);
  });
});
