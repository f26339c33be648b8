"""The page of commands, from the commands themselves."""

from __future__ import annotations

from textwrap import dedent

import click

from cli.main import herdbook  # noqa: TID251 - the page is made from the commands


def write_commands() -> str:
    """Write a section for each command: what it does, how it is called, its options."""
    context = click.Context(herdbook, info_name="herdbook")
    names = herdbook.list_commands(context)
    return "\n\n".join(_write(herdbook.get_command(context, name), name, context) for name in names)


def _write(command: click.Command | None, name: str, outer: click.Context) -> str:
    assert command is not None, f"{name} is listed and missing"
    context = click.Context(command, info_name=name, parent=outer)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    parts = [f"## herdbook {name}", f"```text\n{usage}\n```", *_paragraphs(command.help or "")]
    records = [param.get_help_record(context) for param in command.get_params(context)]
    rows = [f"| {_code(record[0])} | {_cell(record[1])} |" for record in records if record]
    return "\n\n".join([*parts, "\n".join(["| option | meaning |", "|---|---|", *rows])])


def _paragraphs(text: str) -> list[str]:
    """Give help as Markdown; click's mark of a paragraph that keeps its lines makes it a block."""
    paragraphs = [dedent(part) for part in text.split("\n\n") if part.strip()]
    return [f"```text\n{part[2:].strip()}\n```" if part.startswith("\b") else part for part in paragraphs]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{' '.join(text.split())}`"
