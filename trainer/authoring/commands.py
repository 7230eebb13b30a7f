"""`trainer check` and `trainer schema`."""

import json
from pathlib import Path

import click

from trainer.authoring.checking import as_github, as_json, as_text, check_all, check_paths, summary
from trainer.clock import now
from trainer.content.schema import bank_schema, course_schema, exams_schema
from trainer.settings import Settings

_SCHEMAS = {"bank": bank_schema, "course": course_schema, "exams": exams_schema}
_FORMATS = {"text": as_text, "json": as_json, "github": as_github}


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(list(_FORMATS)), default="text", help="How to print the problems.")
@click.option("--strict", is_flag=True, help="Let warnings fail too.")
@click.pass_obj
def check(settings: Settings, paths: tuple[Path, ...], form: str, *, strict: bool) -> None:
    """Check courses and question banks, all of them or those at PATHS.

    Every problem is one line, `path:line:column: error[code]: message`. Ends with 1 if there are errors.
    Example: trainer check question_banks/accreditation-m03.yaml
    """
    today = now().date()
    courses, banks = settings.courses, settings.banks
    problems = check_paths(paths, courses, banks, today) if paths else check_all(courses, banks, today)
    if problems or form == "json":
        click.echo(_FORMATS[form](problems))
    click.echo(summary(problems), err=True)
    if any(problem.is_error or strict for problem in problems):
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("what", type=click.Choice(list(_SCHEMAS)))
def schema(what: str) -> None:
    """Print the JSON Schema of a bank, of course.yaml or of exams.yaml, for editors.

    Example: trainer schema bank > bank.schema.json
    """
    click.echo(json.dumps(_SCHEMAS[what](), indent=2, ensure_ascii=False))


COMMANDS: list[click.Command] = [check, schema]
