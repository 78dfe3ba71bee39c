"""Tables that people bring: read, cleaned and compared with what is there. Nothing in this folder writes."""
