"""A transport to OpenAI-compatible servers that knows no fields: a question gets one answer or one failure."""
