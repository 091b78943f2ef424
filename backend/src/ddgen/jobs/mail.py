"""E-mail over SMTP: one plain message for each notice."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any
from urllib.parse import unquote, urlsplit

from ddgen.errors import ExternalServiceError, UsageError

SECONDS = 20.0
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Post:
    """A mail server, and who the mail is from. `how` is smtp, smtp+starttls or smtps."""

    how: str
    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def send(self, to: str, said: dict[str, Any]) -> None:
        """Hand the mail to the server.

        Raises UsageError for what will never work, and ExternalServiceError for what may later.
        """
        message = letter(self.sender, to, said)
        try:
            with self._server() as server:
                if self.user is not None:
                    server.login(self.user, self.password or "")
                server.send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
            raise UsageError(f"the mail server refused: {type(error).__name__}", where=to) from error
        except (OSError, smtplib.SMTPException) as error:
            raise ExternalServiceError(f"the mail server took nothing: {type(error).__name__}", where=to) from error

    def _server(self) -> smtplib.SMTP:
        if self.how == "smtps":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=ssl.create_default_context())
        server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        if self.how == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        return server


def post(url: str | None, sender: str | None) -> Post | None:
    """The server at an address such as `smtp+starttls://user:password@mail.example.com`; None where none is set.

    Raises UsageError, which shows no part of the address.
    """
    if url is None:
        return None
    hint = "Write it as smtp+starttls://user:password@host:587, smtps://host or smtp://host"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError("this is no address of a mail server", where="DDGEN_SMTP_URL", hint=hint) from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise UsageError("this is no address of a mail server", where="DDGEN_SMTP_URL", hint=hint)
    if parts.password and parts.scheme == "smtp" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise UsageError("a password is not sent without encryption", where="DDGEN_SMTP_URL", hint=hint)
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    return Post(
        parts.scheme, parts.hostname, port or PORTS[parts.scheme], sender or f"ddgen@{parts.hostname}", user, password
    )


def is_address(text: str) -> bool:
    """Whether mail can be sent there, as far as its form tells."""
    name, sign, host = text.rpartition("@")
    return bool(sign and name and host) and text.isprintable() and not set(text) & set(' ,;<>()"\\')


def letter(sender: str, to: str, said: dict[str, Any]) -> EmailMessage:
    """The mail; names in it cannot add headers."""
    message = EmailMessage()
    name = " ".join(str(said["dictionary"]).split())
    failed = said["event"] == "run.failed"
    message["Subject"] = f"ddgen: {name}: " + ("the run failed" if failed else f"{said['count']} breaking changes")
    message["From"], message["To"] = sender, to
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="ddgen.invalid")
    lines = [f"Run {said['run_id']} of the dictionary {name} " + ("failed." if failed else "found breaking changes.")]
    lines += ["", str(said["message"])] if failed else ["", *(f"- {one}" for one in said["changes"])]
    if not failed and said["count"] > len(said["changes"]):
        lines.append(f"- and {said['count'] - len(said['changes'])} more")
    lines += ["", f"See it with: ddgen run show {said['run_id']}"]
    message.set_content("\n".join(lines) + "\n")
    return message
