"""SQS's errors: since its JSON protocol each has two names, the shape's and the older one that botocore reports."""

from __future__ import annotations


class SqsError(Exception):
    """``shape`` is the modelled name, ``code`` what a ClientError's Code says."""

    def __init__(self, shape: str, code: str, message: str) -> None:
        super().__init__(message)
        self.shape = shape
        self.code = code
        self.message = message


def queue_does_not_exist() -> SqsError:
    return SqsError(
        "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist."
    )


def queue_name_exists(name: str) -> SqsError:
    message = f"A queue named {name} already exists with a different value for an attribute."
    return SqsError("QueueNameExists", "QueueAlreadyExists", message)


def invalid_parameter(message: str) -> SqsError:
    return SqsError("InvalidParameterValueException", "InvalidParameterValue", message)


def missing_parameter(name: str) -> SqsError:
    return SqsError(
        "MissingRequiredParameterException", "MissingParameter", f"The request must contain the parameter {name}."
    )


def invalid_attribute_name(name: str) -> SqsError:
    return SqsError("InvalidAttributeName", "InvalidAttributeName", f"Unknown Attribute {name}.")


def invalid_attribute_value(name: str) -> SqsError:
    return SqsError("InvalidAttributeValue", "InvalidAttributeValue", f"Invalid value for the parameter {name}.")


def invalid_receipt_handle(handle: str) -> SqsError:
    message = f'The input receipt handle "{handle}" is not a valid receipt handle.'
    return SqsError("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", message)


def invalid_message(message: str) -> SqsError:
    return SqsError("InvalidMessageContents", "InvalidMessageContents", message)


def batch(problem: str, message: str) -> SqsError:
    """``problem`` is EmptyBatchRequest, TooManyEntriesInBatchRequest, BatchEntryIdsNotDistinct ..."""
    return SqsError(problem, f"AWS.SimpleQueueService.{problem}", message)
