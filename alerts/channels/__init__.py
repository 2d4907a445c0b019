"""One file a channel: a way for an alert to reach people."""
