"""Options of `ddgen serve` for logins by OpenID Connect."""

from __future__ import annotations

from typing import Annotated

import typer

Issuer = Annotated[
    str | None,
    typer.Option("--oidc-issuer", metavar="URL", help="Take tokens of this login provider too, beside keys."),
]
Audience = Annotated[
    str, typer.Option("--oidc-audience", metavar="NAME", help="Whom these tokens have to be for: our name there.")
]
NameClaim = Annotated[
    str,
    typer.Option(
        "--oidc-name-claim",
        metavar="CLAIM",
        help="What of a token is the name here: one that people cannot change themselves, as email where it is "
        "verified.",
    ),
]
RoleClaim = Annotated[
    str | None,
    typer.Option(
        "--oidc-role-claim",
        metavar="CLAIM",
        help="What of a token holds the role, as in realm_access.roles: ddgen-read, -review, -write or -admin. "
        "Default: the role of the user of that name here.",
    ),
]
