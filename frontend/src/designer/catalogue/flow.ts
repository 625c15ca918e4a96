/** The States Language's own states, as the palette offers them. */

import { EMPTY_BRANCH } from "../../asl/parts";
import { ONWARD, type PaletteItem } from "./items";
import { taskBody } from "./language";

const GROUP = "Flow";

export const FLOW: PaletteItem[] = [
  {
    id: "flow:pass",
    about: "Hands its input on, or a value of its own. In JSONPath Parameters and Result shape it; in JSONata Output and Assign.",
    title: "Pass",
    line: "Shape the data, or hold a place",
    icon: "pass",
    group: GROUP,
    words: "inject set data transform",
    make: () => ({ name: "Pass", body: { Type: "Pass" } }),
  },
  {
    id: "flow:choice",
    about: "Looks at the input and leads on by the first rule that matches; Default takes the rest.",
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
    about: "Runs its branches at the same time, each with the same input, and goes on when all have ended. The result is a list with each branch's output.",
    title: "Parallel",
    line: "Branches at the same time",
    icon: "parallel",
    group: GROUP,
    words: "fork join concurrent branch",
    make: () => ({ name: "Parallel", body: { Type: "Parallel", Branches: [EMPTY_BRANCH, EMPTY_BRANCH] } }),
  },
  {
    id: "flow:map",
    about: "Runs the same steps for each item of a list, or in the Mode DISTRIBUTED for up to millions of objects or rows in S3, each in an execution of its own.",
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
    about: "Waits a number of seconds or until a time, as written or as the input says; up to a year.",
    title: "Wait",
    line: "For a time, or until one",
    icon: "wait",
    group: GROUP,
    words: "delay sleep pause timer",
    make: () => ({ name: "Wait", body: { Type: "Wait", Seconds: 5 } }),
  },
  {
    id: "flow:succeed",
    about: "Ends the workflow, or its branch, as succeeded.",
    title: "Succeed",
    line: "End here, well",
    icon: "succeed",
    group: GROUP,
    words: "end stop success",
    make: () => ({ name: "Success", body: { Type: "Succeed" } }),
  },
  {
    id: "flow:fail",
    about: "Ends the workflow as failed, with an error's name and its cause.",
    title: "Fail",
    line: "End here, with an error",
    icon: "fail",
    group: GROUP,
    words: "end stop error throw",
    make: () => ({ name: "Fail", body: { Type: "Fail", Error: "Failed", Cause: "Say here what went wrong." } }),
  },
  {
    id: "flow:task",
    about: "Calls a resource by its ARN: an action of a service, a Lambda function, or an activity that a program of yours works on.",
    title: "Task",
    line: "Any resource, by its ARN",
    icon: "action",
    group: GROUP,
    words: "activity arn generic call",
    make: ({ queryLanguage }) => ({ name: "Task", body: taskBody("arn:aws:states:::lambda:invoke", {}, queryLanguage) }),
  },
];
