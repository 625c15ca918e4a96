"""An AWS endpoint on this machine: Step Functions over `asl`, durable, and the services that workflows use."""
