/**
 * Reads a Task's Resource: which service, which action, how it waits.
 *
 * Placeholders of CloudFormation and SAM (`${...}`, `arn:${AWS::Partition}:...`) are ordinary here.
 */
import type { IconKey } from "../model";

export type Pattern = "" | "sync" | "waitForTaskToken";

export interface Resource {
  /** As in the ARN: "bedrock", "dynamodb"; "function", "activity" for those ARNs; "" if it can't be told. */
  readonly service: string;
  readonly action: string;
  readonly pattern: Pattern;
}

const UNKNOWN: Resource = { service: "", action: "", pattern: "" };

export function parseResource(text: string): Resource {
  // A placeholder may hold colons of its own.
  const parts = text.replace(/\$\{[^}]*\}/g, (hole) => hole.replaceAll(":", ".")).split(":");
  if (parts[0] !== "arn" || parts.length < 6) {
    const hole = /^\$\{([^}]*)\}$/.exec(text);
    return hole ? { service: "hole", action: (hole[1] ?? "").replace(/[._]?arn$/i, ""), pattern: "" } : UNKNOWN;
  }
  const tail = parts.slice(5);
  if (parts[2] === "lambda") return { service: "function", action: lastName(tail.slice(1)), pattern: "" };
  if (tail[0] === "activity") return { service: "activity", action: tail[1] ?? "", pattern: "" };
  if (parts[2] !== "states") return UNKNOWN;
  const [service, action] = tail[0] === "aws-sdk" ? [tail[1], tail[2]] : [tail[0], tail[1]];
  const [name = "", pattern = ""] = (action ?? "").split(".");
  return {
    service: service ?? "",
    action: name,
    pattern: pattern === "waitForTaskToken" ? pattern : pattern.startsWith("sync") ? "sync" : "",
  };
}

/** A function's name without its alias: "function:Name:live" has two parts after "function". */
export function lastName(parts: readonly string[]): string {
  return parts[0] ?? "";
}

const TITLES: Readonly<Record<string, readonly [title: string, icon: IconKey]>> = {
  bedrock: ["Bedrock", "model"],
  bedrockruntime: ["Bedrock", "model"],
  bedrockagent: ["Bedrock agents", "model"],
  bedrockagentruntime: ["Bedrock agents", "model"],
  sagemaker: ["SageMaker", "model"],
  sagemakerruntime: ["SageMaker", "model"],
  comprehend: ["Comprehend", "model"],
  rekognition: ["Rekognition", "image"],
  textract: ["Textract", "image"],
  translate: ["Translate", "model"],
  transcribe: ["Transcribe", "speech"],
  polly: ["Polly", "speech"],
  lambda: ["Lambda", "function"],
  function: ["Lambda", "function"],
  activity: ["Activity", "activity"],
  http: ["HTTP", "http"],
  apigateway: ["API Gateway", "http"],
  s3: ["S3", "storage"],
  dynamodb: ["DynamoDB", "table"],
  sqs: ["SQS", "queue"],
  sns: ["SNS", "topic"],
  sesv2: ["SES", "topic"],
  ses: ["SES", "topic"],
  events: ["EventBridge", "bus"],
  eventbridge: ["EventBridge", "bus"],
  scheduler: ["EventBridge Scheduler", "bus"],
  states: ["Step Functions", "workflow"],
  sfn: ["Step Functions", "workflow"],
  ecs: ["ECS", "container"],
  eks: ["EKS", "container"],
  batch: ["Batch", "container"],
  codebuild: ["CodeBuild", "container"],
  glue: ["Glue", "database"],
  databrew: ["DataBrew", "database"],
  athena: ["Athena", "database"],
  redshiftdata: ["Redshift data", "database"],
  rds: ["RDS", "database"],
  rdsdata: ["RDS data", "database"],
  elasticmapreduce: ["EMR", "database"],
  emr: ["EMR", "database"],
  "emr-containers": ["EMR on EKS", "database"],
  "emr-serverless": ["EMR Serverless", "database"],
  opensearch: ["OpenSearch", "search"],
  kendra: ["Kendra", "search"],
  secretsmanager: ["Secrets Manager", "secret"],
  ssm: ["Systems Manager", "secret"],
  kms: ["KMS", "secret"],
  mediaconvert: ["MediaConvert", "image"],
  cloudwatch: ["CloudWatch", "action"],
  cloudwatchlogs: ["CloudWatch Logs", "action"],
  cloudformation: ["CloudFormation", "action"],
  organizations: ["Organizations", "action"],
  ec2: ["EC2", "container"],
  iam: ["IAM", "secret"],
  sts: ["STS", "secret"],
  fis: ["Fault Injection", "action"],
  config: ["Config", "action"],
};

export function serviceTitle(service: string): string {
  return TITLES[service]?.[0] ?? service.charAt(0).toUpperCase() + service.slice(1);
}

export function serviceIcon({ service, action, pattern }: Resource): IconKey {
  if (pattern === "waitForTaskToken" && !["ecs", "eks", "states", "batch"].includes(service)) return "person";
  if (service === "hole") return /lambda|function|fn$/i.test(action) ? "function" : "action";
  return TITLES[service]?.[1] ?? "action";
}

/** "startTranscriptionJob" -> "start transcription job"; acronyms stay together: "describeDBInstances" -> "describe DB instances". */
export function actionWords(action: string): string {
  return action
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(" ")
    .map((word) => (/^[A-Z0-9]{2,}$/.test(word) ? word : word.toLowerCase()))
    .join(" ");
}
