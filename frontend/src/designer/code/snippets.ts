/** What is written when a name is chosen: its value with places to fill in (CodeMirror's snippets), and states to begin with. */

const OBJECT = "{\n\t${}\n}";
const BRANCH = '{\n\t"StartAt": "${first}",\n\t"States": {\n\t\t"${first}": {\n\t\t\t"Type": "Pass",\n\t\t\t"End": true\n\t\t}\n\t}\n}';

const VALUES: Record<string, string> = {
  States: OBJECT,
  Parameters: OBJECT,
  Arguments: OBJECT,
  ResultSelector: OBJECT,
  ItemSelector: OBJECT,
  Assign: OBJECT,
  Credentials: '{\n\t"RoleArn": "${}"\n}',
  Branches: `[\n\t${BRANCH.replaceAll("\n", "\n\t")}\n]`,
  ItemProcessor: BRANCH,
  Iterator: BRANCH,
  ItemReader: '{\n\t"Resource": "arn:aws:states:::s3:getObject",\n\t"ReaderConfig": {\n\t\t"InputType": "${JSON}"\n\t}\n}',
  ReaderConfig: '{\n\t"InputType": "${JSON}"\n}',
  ItemBatcher: '{\n\t"MaxItemsPerBatch": ${10}\n}',
  ResultWriter: '{\n\t"Resource": "arn:aws:states:::s3:putObject"\n}',
  ProcessorConfig: '{\n\t"Mode": "${INLINE}"\n}',
  Retry: '[\n\t{\n\t\t"ErrorEquals": ["${States.ALL}"],\n\t\t"IntervalSeconds": ${1},\n\t\t"MaxAttempts": ${3},\n\t\t"BackoffRate": ${2}\n\t}\n]',
  Catch: '[\n\t{\n\t\t"ErrorEquals": ["${States.ALL}"],\n\t\t"Next": "${}"\n\t}\n]',
  Choices: "[\n\t{\n\t\t${}\n\t}\n]",
  And: "[\n\t{\n\t\t${}\n\t}\n]",
  Or: "[\n\t{\n\t\t${}\n\t}\n]",
  Not: OBJECT,
  ErrorEquals: '["${States.ALL}"]',
  CSVHeaders: '["${}"]',
  End: "true",
  Condition: '"{% ${} %\\}"',
  Items: '"{% ${} %\\}"',
  Output: '"{% ${} %\\}"',
  Result: "${}",
  BatchInput: OBJECT,
};
const NUMBERS = new Set([
  "TimeoutSeconds", "HeartbeatSeconds", "Seconds", "MaxConcurrency", "ToleratedFailureCount", "ToleratedFailurePercentage", "IntervalSeconds", "MaxAttempts",
  "BackoffRate", "MaxDelaySeconds", "MaxItems", "MaxItemsPerBatch", "MaxInputBytesPerBatch", "NumericEquals", "NumericGreaterThan",
  "NumericGreaterThanEquals", "NumericLessThan", "NumericLessThanEquals",
]); // prettier-ignore
const BOOLEANS = new Set(["BooleanEquals", "IsPresent", "IsNull", "IsString", "IsNumeric", "IsBoolean", "IsTimestamp"]);

/** The value of a new member called `field`, as a snippet. */
export function valueSnippet(field: string): string {
  const known = VALUES[field];
  if (known !== undefined) return known;
  if (NUMBERS.has(field)) return "${1}";
  if (BOOLEANS.has(field)) return "${true}";
  if (field.endsWith("Path")) return '"$.${}"';
  if (field.endsWith(".$")) return '"$.${}"';
  return '"${}"';
}

/** A new state of each type, name and all. */
export const NEW_STATES: Record<string, string> = {
  Task: '"${Name}": {\n\t"Type": "Task",\n\t"Resource": "${arn:aws:states:::lambda:invoke}",\n\t"Parameters": {\n\t\t${}\n\t},\n\t"End": true\n}',
  Pass: '"${Name}": {\n\t"Type": "Pass",\n\t"End": true\n}',
  Choice: '"${Name}": {\n\t"Type": "Choice",\n\t"Choices": [\n\t\t{\n\t\t\t"Variable": "$.${value}",\n\t\t\t"IsPresent": true,\n\t\t\t"Next": "${}"\n\t\t}\n\t],\n\t"Default": "${}"\n}',
  Wait: '"${Name}": {\n\t"Type": "Wait",\n\t"Seconds": ${60},\n\t"End": true\n}',
  Succeed: '"${Name}": {\n\t"Type": "Succeed"\n}',
  Fail: '"${Name}": {\n\t"Type": "Fail",\n\t"Error": "${Error}",\n\t"Cause": "${}"\n}',
  Parallel: `"\${Name}": {\n\t"Type": "Parallel",\n\t"Branches": ${(VALUES["Branches"] ?? "").replaceAll("\n", "\n\t")},\n\t"End": true\n}`,
  Map: `"\${Name}": {\n\t"Type": "Map",\n\t"ItemProcessor": ${BRANCH.replaceAll("\n", "\n\t")},\n\t"End": true\n}`,
};

/** The same in JSONata. */
export const IN_JSONATA: Partial<Record<string, string>> = {
  Task: (NEW_STATES["Task"] ?? "").replace("Parameters", "Arguments"),
  Choice: '"${Name}": {\n\t"Type": "Choice",\n\t"Choices": [\n\t\t{\n\t\t\t"Condition": "{% ${true} %\\}",\n\t\t\t"Next": "${}"\n\t\t}\n\t],\n\t"Default": "${}"\n}',
};
