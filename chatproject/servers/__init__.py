"""The supported servers, each with a stop that sends readers away first."""
