"""SQS of our own: the bridge between a workflow and a person must not be the part that forgets."""
