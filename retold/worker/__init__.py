"""An app of one command, installed where `TASKS=worker`: it stands before the queue’s own."""
