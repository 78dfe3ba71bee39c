"""When a requirement is due, satisfied, expiring or overdue."""
