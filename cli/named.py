"""Names of clusters as a person types them."""

from __future__ import annotations

import click

from cli.option import text


def parse_names(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[int, str]:
    """Read `2=dog`, once for each cluster; a click callback."""
    del context, option
    names: dict[int, str] = {}
    for one in given:
        number, _, name = text(one).partition("=")
        if not (number.strip().isdecimal() and name.strip()):
            raise click.BadParameter(f"{one!r} names nothing; give a cluster's number and a name, as 2=dog")
        if int(number) in names:
            raise click.BadParameter(f"cluster {int(number)} is named twice")
        names[int(number)] = name.strip()
    return names
