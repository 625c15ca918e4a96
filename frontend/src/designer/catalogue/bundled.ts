/**
 * The actions that the palette starts with, each with parameters that already work against the embedded
 * endpoint or need one value filled in. Everything else comes from the catalogue API.
 */

import type { JsonObject } from "../../asl/document";
import type { IconKey } from "../../graph";
import type { PaletteItem } from "./items";
import { taskBody } from "./language";

interface Action {
  title: string;
  resource: string;
  service: string;
  icon: IconKey;
  group: string;
  words?: string;
  parameters: JsonObject;
}

const MODELS = "Models and media";
const OFTEN = "Often used";
const DATA = "Data";

/** How long a person has before the Task times out, in seconds: one day. */
const REVIEW_SECONDS = 86400;

const ACTIONS: Action[] = [
  {
    title: "Invoke model",
    resource: "arn:aws:states:::bedrock:invokeModel",
    service: "Bedrock",
    icon: "model",
    group: MODELS,
    words: "claude llama cohere titan stable diffusion prompt generative ai",
    parameters: {
      ModelId: "anthropic.claude-3-haiku-20240307-v1:0",
      Body: {
        anthropic_version: "bedrock-2023-05-31",
        max_tokens: 200,
        messages: [{ role: "user", content: "Say in one sentence what this is about." }],
      },
    },
  },
  {
    title: "Start transcription job",
    resource: "arn:aws:states:::aws-sdk:transcribe:startTranscriptionJob",
    service: "Transcribe",
    icon: "speech",
    group: MODELS,
    words: "speech audio video text",
    parameters: {
      "TranscriptionJobName.$": "$$.Execution.Name",
      LanguageCode: "en-US",
      Media: { "MediaFileUri.$": "$.media" },
      OutputBucketName: "bucket",
    },
  },
  {
    title: "Get transcription job",
    resource: "arn:aws:states:::aws-sdk:transcribe:getTranscriptionJob",
    service: "Transcribe",
    icon: "speech",
    group: MODELS,
    words: "speech audio video text status",
    parameters: { "TranscriptionJobName.$": "$$.Execution.Name" },
  },
  {
    title: "Call an HTTPS endpoint",
    resource: "arn:aws:states:::http:invoke",
    service: "HTTP, through a connection",
    icon: "http",
    group: OFTEN,
    words: "http https rest api webhook hugging face openai",
    parameters: {
      ApiEndpoint: "https://api.example.com/",
      Method: "POST",
      Authentication: { ConnectionArn: "" },
      RequestBody: {},
    },
  },
  {
    title: "Invoke function",
    resource: "arn:aws:states:::lambda:invoke",
    service: "Lambda",
    icon: "function",
    group: OFTEN,
    words: "lambda python code",
    parameters: { FunctionName: "function-name", "Payload.$": "$" },
  },
  {
    title: "Send message",
    resource: "arn:aws:states:::sqs:sendMessage",
    service: "SQS, good for dead letters",
    icon: "queue",
    group: OFTEN,
    words: "queue dead letter",
    parameters: { QueueUrl: "http://127.0.0.1:4566/000000000000/queue-name", "MessageBody.$": "$" },
  },
  {
    title: "Publish",
    resource: "arn:aws:states:::sns:publish",
    service: "SNS",
    icon: "topic",
    group: OFTEN,
    words: "topic notify message email",
    parameters: { TopicArn: "arn:aws:sns:us-east-1:000000000000:topic-name", "Message.$": "$" },
  },
  {
    title: "Send email",
    resource: "arn:aws:states:::aws-sdk:sesv2:sendEmail",
    service: "SES",
    icon: "topic",
    group: OFTEN,
    words: "mail ses notify",
    parameters: {
      FromEmailAddress: "sender@example.com",
      Destination: { ToAddresses: ["person@example.com"] },
      Content: { Simple: { Subject: { Data: "Subject" }, Body: { Text: { "Data.$": "$.text" } } } },
    },
  },
  {
    title: "Put events",
    resource: "arn:aws:states:::events:putEvents",
    service: "EventBridge",
    icon: "bus",
    group: OFTEN,
    words: "event bus",
    parameters: { Entries: [{ Source: "callboard", DetailType: "Result", "Detail.$": "$" }] },
  },
  {
    title: "Start execution",
    resource: "arn:aws:states:::states:startExecution",
    service: "Step Functions",
    icon: "workflow",
    group: OFTEN,
    words: "workflow nested child state machine",
    parameters: { StateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:name", Input: { "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$": "$$.Execution.Id", "input.$": "$" } },
  },
  {
    title: "Get object",
    resource: "arn:aws:states:::aws-sdk:s3:getObject",
    service: "S3",
    icon: "storage",
    group: DATA,
    words: "bucket file read",
    parameters: { Bucket: "bucket", "Key.$": "$.key" },
  },
  {
    title: "Put object",
    resource: "arn:aws:states:::aws-sdk:s3:putObject",
    service: "S3",
    icon: "storage",
    group: DATA,
    words: "bucket file write upload save store",
    parameters: { Bucket: "bucket", "Key.$": "$.key", "Body.$": "$.text" },
  },
  {
    title: "Get item",
    resource: "arn:aws:states:::dynamodb:getItem",
    service: "DynamoDB",
    icon: "table",
    group: DATA,
    words: "table read",
    parameters: { TableName: "table", Key: { id: { "S.$": "$.id" } } },
  },
  {
    title: "Put item",
    resource: "arn:aws:states:::dynamodb:putItem",
    service: "DynamoDB",
    icon: "table",
    group: DATA,
    words: "table write store",
    parameters: { TableName: "table", Item: { id: { "S.$": "$.id" } } },
  },
  {
    title: "Update item",
    resource: "arn:aws:states:::dynamodb:updateItem",
    service: "DynamoDB",
    icon: "table",
    group: DATA,
    words: "table write change",
    parameters: {
      TableName: "table",
      Key: { id: { "S.$": "$.id" } },
      UpdateExpression: "SET #status = :status",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":status": { "S.$": "$.status" } },
    },
  },
  {
    title: "Delete item",
    resource: "arn:aws:states:::dynamodb:deleteItem",
    service: "DynamoDB",
    icon: "table",
    group: DATA,
    words: "table remove",
    parameters: { TableName: "table", Key: { id: { "S.$": "$.id" } } },
  },
];

function itemOf(action: Action): PaletteItem {
  return {
    id: action.resource,
    resource: action.resource,
    title: action.title,
    line: action.service,
    icon: action.icon,
    group: action.group,
    words: action.words ?? "",
    make: ({ queryLanguage }) => ({ name: action.title, body: taskBody(action.resource, action.parameters, queryLanguage) }),
  };
}

/** What a review message holds (docs/review.md): the token, where it comes from, and what to decide on. */
export function reviewMessage(title: string): JsonObject {
  return {
    "taskToken.$": "$$.Task.Token",
    "execution.$": "$$.Execution.Id",
    "state.$": "$$.State.Name",
    title,
    instructions: "",
    "candidates.$": "$.candidates",
    group: "Reviewer",
    answer: "choice",
  };
}

const ASK = "arn:aws:states:::sqs:sendMessage.waitForTaskToken";

export const ASK_A_PERSON: PaletteItem = {
  id: `${ASK}#review`,
  title: "Ask a person",
  line: "Wait for a decision in the Review inbox",
  icon: "person",
  group: OFTEN,
  words: "human review approval callback task token wait choose",
  about:
    "Sends a question to the Review inbox and waits for the one decision. The candidates come from the input or are written here; the result has outcome, candidate and comment. A rejection is the error Review.Rejected, for a Catch.",
  make: ({ reviewQueueUrl, queryLanguage }) => {
    const parameters: JsonObject = { QueueUrl: reviewQueueUrl, MessageBody: reviewMessage("Choose one") };
    const body = taskBody(ASK, parameters, queryLanguage);
    const kept: JsonObject = queryLanguage === "JSONata" ? { Output: "{% $merge([$states.input, {'review': $states.result}]) %}" } : { ResultPath: "$.review" };
    return { name: "Ask a person", body: { ...body, TimeoutSeconds: REVIEW_SECONDS, ...kept } };
  },
};

export const BUNDLED: PaletteItem[] = [...ACTIONS.slice(0, 4).map(itemOf), ASK_A_PERSON, ...ACTIONS.slice(4).map(itemOf)];
