"""What people take away as files: PDFs and tables. It knows nothing of what they are about."""
