"""The demo: an invented partnership, who can sign in to it, and how it is taken away again.

Everyone and everything here is invented: its partnership and organisations are marked `is_demo`, its addresses end in
`.example`. The rows come from the tests' factories; only `removal` runs where those are not installed.
"""

PARTNERSHIP = "Riverside Anti-Slavery Partnership"
