"""Rules about people and places: dates, e-mail domains, headcounts."""
