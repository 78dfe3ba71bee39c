"""When a module is complete, and when a requirement is due, satisfied, expiring or overdue."""
