"""A transport to OpenAI-compatible servers that knows no fields: it asks a question and gets one answer or one failure."""
