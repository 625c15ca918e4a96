"""Lambda functions in Python, run by this machine's interpreter in processes of their own."""
