"""What each page does: parse, ask access, call an action or a selector, render."""
