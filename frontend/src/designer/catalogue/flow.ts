/** The States Language's own states, as the palette offers them. */

import { EMPTY_BRANCH } from "../../asl/parts";
import { ONWARD, type PaletteItem } from "./items";

const GROUP = "Flow";

export const FLOW: PaletteItem[] = [
  {
    id: "flow:pass",
    title: "Pass",
    line: "Shape the data, or hold a place",
    icon: "pass",
    group: GROUP,
    words: "inject set data transform",
    make: () => ({ name: "Pass", body: { Type: "Pass" } }),
  },
  {
    id: "flow:choice",
    title: "Choice",
    line: "Go where a rule matches",
    icon: "choice",
    group: GROUP,
    words: "if else branch condition rule switch",
    make: ({ queryLanguage }) => ({
      name: "Choice",
      body: {
        Type: "Choice",
        Choices: [
          queryLanguage === "JSONata"
            ? { Condition: "{% $exists($states.input.value) %}", Next: "When it matches" }
            : { Variable: "$.value", IsPresent: true, Next: "When it matches" },
        ],
        Default: ONWARD,
      },
      followers: [{ name: "When it matches", body: { Type: "Pass", Next: ONWARD } }],
    }),
  },
  {
    id: "flow:parallel",
    title: "Parallel",
    line: "Branches at the same time",
    icon: "parallel",
    group: GROUP,
    words: "fork join concurrent branch",
    make: () => ({ name: "Parallel", body: { Type: "Parallel", Branches: [EMPTY_BRANCH, EMPTY_BRANCH] } }),
  },
  {
    id: "flow:map",
    title: "Map",
    line: "The same steps for each item",
    icon: "map",
    group: GROUP,
    words: "loop iterate for each array items",
    make: () => ({
      name: "Map",
      body: { Type: "Map", ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...EMPTY_BRANCH } },
    }),
  },
  {
    id: "flow:wait",
    title: "Wait",
    line: "For a time, or until one",
    icon: "wait",
    group: GROUP,
    words: "delay sleep pause timer",
    make: () => ({ name: "Wait", body: { Type: "Wait", Seconds: 5 } }),
  },
  {
    id: "flow:succeed",
    title: "Succeed",
    line: "End here, well",
    icon: "succeed",
    group: GROUP,
    words: "end stop success",
    make: () => ({ name: "Success", body: { Type: "Succeed" } }),
  },
  {
    id: "flow:fail",
    title: "Fail",
    line: "End here, with an error",
    icon: "fail",
    group: GROUP,
    words: "end stop error throw",
    make: () => ({ name: "Fail", body: { Type: "Fail", Error: "Failed", Cause: "Say here what went wrong." } }),
  },
  {
    id: "flow:task",
    title: "Task",
    line: "Any resource, by its ARN",
    icon: "action",
    group: GROUP,
    words: "activity arn generic call",
    make: () => ({ name: "Task", body: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Parameters: {} } }),
  },
];
