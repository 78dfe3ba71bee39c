"""Reports that a letter did not arrive, as mail servers write them."""

from __future__ import annotations

KEY = "0123456789abcdef0123456789abcdef"


def report(
    key: str = KEY,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    returned: str = "text/rfc822-headers",
    header: str = "X-Signpost-Letter",
) -> bytes:
    """One in the way of Postfix; `returned` is how it quotes the letter, `header` where the key stands in it."""
    name = f"X-Signpost-Letter: {key}" if header == "X-Signpost-Letter" else f"Message-ID: <{key}@training.example>"
    text = f"""\
Return-Path: <>
From: MAILER-DAEMON@mail.example (Mail Delivery System)
To: bounces@training.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.
<dana@riverside.example>: host mx.riverside.example said: 550 5.1.1 no such user

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example
Arrival-Date: Fri, 27 Nov 2026 09:00:00 +0000

Final-Recipient: rfc822; dana@riverside.example
Action: {action}
Status: {status}
Remote-MTA: dns; mx.riverside.example
Diagnostic-Code: smtp; 550 5.1.1 no such user

--cut
Content-Type: {returned}

From: Signpost <training@training.example>
To: dana@riverside.example
Subject: Your learning
{name}

--cut--
"""
    return text.encode()
