"""The fault drill: worker, web and database are killed while people hand in, approve, erase and invite."""
