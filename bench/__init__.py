"""The benchmark: what a delivery, a hold, a poll and a durable send cost the server, beside its peers."""
