import { expect, test } from "vitest";
import { chosenBefore, tagsOf } from "./DeployOptions";

test("tags are typed one a line", () => {
  expect(tagsOf(" team = media \n\nurgent\nurl=a=b")).toEqual({ team: "media", urgent: "", url: "a=b" });
});

test("a next deployment begins with what was chosen, without the server's defaults", () => {
  const stored = { log_level: "", log_group_arn: "", include_execution_data: false, tracing: null, tags: {}, publish: false, alias: "live", share: 20 };
  expect(chosenBefore(stored as never)).toEqual({ alias: "live" });
  expect(chosenBefore({ log_level: "OFF", tracing: false, tags: { a: "b" }, publish: true })).toEqual({ log_level: "OFF", tracing: false, tags: { a: "b" }, publish: true });
  expect(chosenBefore(undefined)).toEqual({});
});
