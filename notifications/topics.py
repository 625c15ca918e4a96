"""What somebody can be told about."""

TOPICS = {
    "review.asked": "A question asks you or a group of yours",
    "review.assigned": "Somebody asks you by name",
    "review.escalated": "A question is passed on to a group of yours",
    "review.due": "A question that you may answer is due soon",
    "review.mentioned": "Somebody mentions you in a comment",
    "change.asked": "Somebody asks for a review of a change that you may approve",
    "execution.failed": "An execution failed or timed out, where an alert says so",
    "execution.slow": "An execution runs or waits longer than an alert allows",
}
