"""The one composition root: what the app is made of, in the order in which it must be put together."""

from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, Flask
from flask_login import current_user

from trainer import paths
from trainer.accounts.routes import blueprint as accounts
from trainer.accounts.security import set_up_sign_in
from trainer.admin.queries import why_not_migrated, why_not_published
from trainer.admin.routes import blueprint as admin
from trainer.authoring.inbox.routes import blueprint as author_inbox
from trainer.authoring.routes import blueprint as authoring
from trainer.db import attach_database, db
from trainer.effects.routes import blueprint as effects
from trainer.exams.office import blueprint as exam_office
from trainer.exams.routes import blueprint as exams
from trainer.inbox.routes import blueprint as inbox
from trainer.notebook.routes import blueprint as notebook
from trainer.notices.routes import blueprint as notices
from trainer.practice.routes import blueprint as practice
from trainer.progress.routes import blueprint as progress
from trainer.reports.exports import blueprint as team_reports
from trainer.reports.questions import blueprint as team_questions
from trainer.reports.routes import blueprint as reports
from trainer.review.routes import blueprint as review
from trainer.settings import Settings
from trainer.study.routes import blueprint as study
from trainer.teams.invitations import blueprint as invitations
from trainer.teams.job_roles import blueprint as job_roles
from trainer.teams.joining import blueprint as joining
from trainer.teams.queries import leads_any
from trainer.teams.routes import blueprint as teams
from trainer.training.own import blueprint as own_plan
from trainer.training.routes import blueprint as training
from trainer.web import guard, prepare

FEATURES: Sequence[Blueprint] = (
    *(accounts, study, practice, review, exams, exam_office, effects, own_plan, notebook, inbox, notices, progress),
    *(reports, team_reports, team_questions, training, teams, invitations, job_roles, joining),
    *(authoring, author_inbox, admin),
)
"""Every feature with pages."""

CHECKS: Mapping[str, Callable[[], str]] = {
    "migrations": lambda: why_not_migrated(db.engine),
    "release": lambda: why_not_published(db.session),
}
"""What /readyz asks."""


def create_app(settings: Settings) -> Flask:
    """The app for these settings. Raises RuntimeError where a view does not say who may call it."""
    app = Flask("trainer", template_folder=str(paths.TEMPLATES), static_folder=str(paths.STATIC))
    app.config.update(TESTING=settings.testing)
    app.extensions["settings"] = settings
    attach_database(app, settings)
    app.jinja_env.globals["leads_a_team"] = lambda: leads_any(db.session, current_user.id)
    prepare(app, settings, CHECKS)
    set_up_sign_in(app, settings)
    for blueprint in FEATURES:
        app.register_blueprint(blueprint)
    guard(app)
    return app
