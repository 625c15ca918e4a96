/** Where AWS's own console shows what a state called. Pure: what isn't known for certain gets no link. */

export interface ConsoleLink {
  readonly label: string;
  readonly url: string;
}

export interface Called {
  /** "lambda", "dynamodb", "aws-sdk:s3", ...: as TaskScheduled says it. */
  readonly resourceType: string;
  readonly region: string;
  readonly parameters: string | null;
  /** Of a function that is called by its ARN. */
  readonly functionArn?: string | undefined;
}

const HOSTS: readonly (readonly [prefix: string, host: string])[] = [
  ["cn-", "console.amazonaws.cn"],
  ["us-gov-", "console.amazonaws-us-gov.com"],
];

/** The console's address in a Region, by its partition. */
export function consoleOf(region: string): string {
  return `https://${HOSTS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? `${region}.console.aws.amazon.com`}`;
}

export function executionLinks(arn: string, region: string, startedAt: number): ConsoleLink[] {
  const base = consoleOf(region);
  const machine = arn.split(":").slice(0, 7).join(":").replace(/:(?:execution|express):/, ":stateMachine:");
  const page = arn.includes(":express:") ? `express-executions/details/${encodeURIComponent(arn)}?startDate=${startedAt}` : `v2/executions/details/${encodeURIComponent(arn)}`;
  return [
    { label: "In Step Functions", url: `${base}/states/home?region=${region}#/${page}` },
    { label: "Traces in X-Ray", url: `${base}/cloudwatch/home?region=${region}#xray:traces/query` },
    { label: "Metrics in CloudWatch", url: `${base}/cloudwatch/home?region=${region}#metricsV2?query=${encodeURIComponent(`{AWS/States,StateMachineArn} StateMachineArn="${machine}"`)}` },
  ];
}

/** Of a Task's attempt; none where the service's page isn't known, or the request doesn't name what it is about. */
export function linksOf({ resourceType, region, parameters, functionArn }: Called): ConsoleLink[] {
  if (!/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region)) return [];
  const service = resourceType.replace(/^aws-sdk:/, "");
  const given = functionArn === undefined ? parsed(parameters) : { FunctionName: functionArn };
  const found = PAGES[service]?.((name) => (typeof given[name] === "string" && given[name] !== "" ? given[name] : null), region, given) ?? [];
  return found.map(([label, path]) => ({ label, url: consoleOf(region) + path }));
}

type Text = (name: string) => string | null;
type Page = (text: Text, region: string, given: Readonly<Record<string, unknown>>) => [label: string, path: string][];

/** A page about the one thing that a parameter names. */
function about(parameter: string, label: string, path: (name: string, region: string) => string): Page {
  return (text, region) => {
    const name = lastOf(text(parameter));
    return name === null ? [] : [[`${label} ${name}`, path(encodeURIComponent(name), region)]];
  };
}

const bedrock: Page = (text, region) => {
  const model = text("ModelId");
  if (model === null || model.startsWith("arn:")) return [];
  // A profile across Regions begins with where they lie; the catalogue knows the model alone.
  const id = model.replace(/^(?:us|eu|apac|us-gov|global|jp|au|ca)\./, "");
  return [[`Model ${model}`, `/bedrock/home?region=${region}#/model-catalog/serverless/${encodeURIComponent(id)}`]];
};

const events: Page = (_text, region, given) => {
  const bus = (given["Entries"] as { EventBusName?: unknown }[] | undefined)?.[0]?.EventBusName;
  const name = typeof bus === "string" ? lastOf(bus) : null;
  return name === null ? [] : [[`Event bus ${name}`, `/events/home?region=${region}#/eventbus/${encodeURIComponent(name)}`]];
};

const PAGES: Readonly<Record<string, Page>> = {
  lambda: (text, region) => {
    const name = functionName(text("FunctionName"));
    if (name === null) return [];
    return [
      [`Function ${name}`, `/lambda/home?region=${region}#/functions/${encodeURIComponent(name)}`],
      ["Its log group", `/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${doubled(`/aws/lambda/${name}`)}`],
    ];
  },
  s3: (text, region) => {
    const bucket = text("Bucket");
    const key = text("Key");
    if (bucket === null) return [];
    if (key === null) return [[`Bucket ${bucket}`, `/s3/buckets/${encodeURIComponent(bucket)}?region=${region}`]];
    return [[`Object ${lastOf(key) ?? key}`, `/s3/object/${encodeURIComponent(bucket)}?region=${region}&prefix=${encodeURIComponent(key)}`]];
  },
  sqs: (text, region) => {
    const queue = text("QueueUrl");
    return queue?.startsWith("https://") ? [[`Queue ${lastOf(queue) ?? ""}`, `/sqs/v3/home?region=${region}#/queues/${encodeURIComponent(queue)}`]] : [];
  },
  sns: (text, region) => {
    const topic = text("TopicArn");
    return topic === null ? [] : [[`Topic ${topic.split(":").at(-1) ?? ""}`, `/sns/v3/home?region=${region}#/topic/${topic}`]];
  },
  states: (text, region) => {
    const machine = text("StateMachineArn");
    return machine === null ? [] : [[`State machine ${machine.split(":")[6] ?? ""}`, `/states/home?region=${region}#/statemachines/view/${encodeURIComponent(machine)}`]];
  },
  dynamodb: about("TableName", "Table", (name, region) => `/dynamodbv2/home?region=${region}#table?name=${name}`),
  glue: about("JobName", "Job", (name, region) => `/gluestudio/home?region=${region}#/editor/job/${name}/runs`),
  ecs: about("Cluster", "Cluster", (name, region) => `/ecs/v2/clusters/${name}/tasks?region=${region}`),
  codebuild: about("ProjectName", "Project", (name, region) => `/codesuite/codebuild/projects/${name}/history?region=${region}`),
  sagemaker: about("TrainingJobName", "Training job", (name, region) => `/sagemaker/home?region=${region}#/jobs/${name}`),
  transcribe: about("TranscriptionJobName", "Transcription job", (name, region) => `/transcribe/home?region=${region}#jobDetails/${name}`),
  athena: (_text, region) => [["Queries in Athena", `/athena/home?region=${region}#/query-editor/history`]],
  batch: (_text, region) => [["Jobs in Batch", `/batch/home?region=${region}#jobs`]],
  sfn: (text, region, given) => PAGES["states"]?.(text, region, given) ?? [],
  bedrock,
  bedrockruntime: bedrock,
  events,
  eventbridge: events,
};

function functionName(named: string | null): string | null {
  const parts = named?.split(":") ?? [];
  const at = parts.indexOf("function");
  const name = at === -1 ? parts[0] : parts[at + 1];
  return name !== undefined && /^[\w-]{1,64}$/.test(name) ? name : null;
}

function lastOf(text: string | null): string | null {
  return text === null ? null : text.slice(text.lastIndexOf("/") + 1) || null;
}

function parsed(text: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** CloudWatch's console wants a log group's name escaped twice, with "$" for the second percent sign. */
function doubled(text: string): string {
  return encodeURIComponent(text).replaceAll("%", "$25");
}
